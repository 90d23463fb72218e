"""Storages that only have a place: every attempt to touch a file fails the test that made it."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.files.storage import Storage
from django.utils.deconstruct import deconstructible

from medialift.types import StoreIdentity


class TouchedError(AssertionError):
    """Something asked for a file although nobody may open one."""


@deconstructible
class Untouchable(Storage):
    """A storage at *place* whose files nobody may ask for."""

    def __init__(self, place: str = "media") -> None:
        self.place = place

    def _refuse(self, *arguments: Any, **options: Any) -> NoReturn:
        raise TouchedError(f"{arguments} {options} at {self.place}")

    open = save = delete = exists = listdir = size = url = path = _refuse
    get_accessed_time = get_created_time = get_modified_time = _refuse


def identity_of(storage: Storage) -> StoreIdentity:
    """Where an :class:`Untouchable` lies; any other storage is the one at ``media``."""
    return StoreIdentity("test", getattr(storage, "place", "media"))


def choose_storage() -> Storage:
    """What a field with a callable storage asks."""
    return Untouchable("chosen")
