"""The three kinds of assets that the service keeps apart, and which of them a key is."""

from __future__ import annotations

import enum

from medialift.providers import Kinds


class Kind(enum.Enum):
    """The service's word for it stands in every address (``resource_type``)."""

    IMAGE = "image"
    VIDEO = "video"
    RAW = "raw"


def kind_of(key: str, kinds: Kinds) -> Kind:
    """What an object under *key* is stored as, if the service takes it for that; its extension decides."""
    extension = extension_of(key).lower()
    if extension in kinds.image:
        return Kind.IMAGE
    return Kind.VIDEO if extension in kinds.video else Kind.RAW


def places_of(key: str, kinds: Kinds) -> tuple[Kind, ...]:
    """Where an object under *key* may lie: where two of these hold one, the first of them is the object.

    What the service refuses as an image or a video (a broken one, an empty one) lies among the other
    files. Keys without such an extension may be images that another program has put there.
    """
    kind = kind_of(key, kinds)
    return (Kind.RAW, Kind.IMAGE, Kind.VIDEO) if kind is Kind.RAW else (kind, Kind.RAW)


def extension_of(key: str) -> str:
    """Without the dot; empty if the file's name has none."""
    stem, dot, extension = key.rpartition("/")[2].rpartition(".")
    return extension if stem and dot else ""
