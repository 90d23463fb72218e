"""The ways in which a file can be sent, and which of them a store has."""

from __future__ import annotations

from medialift.stores.base import ObjectStore
from medialift.uploads.tickets import Ticket
from medialift.uploads.ways.cloudinary import CloudinaryWay
from medialift.uploads.ways.parts import PartsWay
from medialift.uploads.ways.single import SingleWay
from medialift.uploads.ways.site import SITE, SiteWay
from medialift.uploads.ways.tus import TusWay
from medialift.uploads.ways.way import Way

__all__ = ["SITE", "Way", "way_for", "way_of"]

WAYS: tuple[Way, ...] = (PartsWay(), TusWay(), CloudinaryWay(), SingleWay(), SiteWay())
"""The first one that a store has for a file is taken; the last one is there for all."""


def way_for(store: ObjectStore, size: int) -> Way:
    """The way for a file of *size* bytes."""
    return next(way for way in WAYS if way.suits(store, size))


def way_of(ticket: Ticket) -> Way:
    """The way that was chosen when the file was announced."""
    return next(way for way in WAYS if way.name == ticket.way)
