"""Stands in for ``FileSystemStorage`` while Django's tests are imported: the same arguments, our storage."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import Any

from django.conf import settings

from medialift.conf.resolve import MediaOptions
from medialift.storage import MediaStorage
from medialift.stores.base import ObjectStore, ReadsPaths, capability
from medialift.stores.spec import StoreSpec

OpenAt = Callable[[str], ObjectStore]
"""Gives the store of a folder, always the same one for the same folder."""


class Adapter(MediaStorage):
    """A storage whose ``location`` is a place in a store; :func:`tests.django_suite.harness.load` says which."""

    OS_OPEN_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    """Before Django 5.1 a subclass without ``O_EXCL`` here was one that overwrites."""

    open_at: OpenAt

    def __init__(
        self,
        location: Any = None,
        base_url: Any = None,
        file_permissions_mode: int | None = None,
        directory_permissions_mode: int | None = None,
        allow_overwrite: bool = False,
    ) -> None:
        super().__init__()
        self._location, self._allow_overwrite = location, allow_overwrite
        self.base_url = base_url

    @property
    def location(self) -> str:
        return os.path.abspath(settings.MEDIA_ROOT if self._location is None else self._location)

    @property
    def store(self) -> ObjectStore:
        return type(self).open_at(self.location)

    @property
    def options(self) -> MediaOptions:
        return MediaOptions(
            StoreSpec("memory", self.location),
            base_url=str(self.base_url) if self.base_url else None,
            overwrite=self._allow_overwrite or not self.OS_OPEN_FLAGS & os.O_EXCL,
        )

    def path(self, name: str) -> str:
        """Only for tests that look at the disk themselves: MediaStorage has no paths."""
        reads = capability(self.store, ReadsPaths)
        return reads.path_of(str(name)) if reads else super().path(name)


class EmptyAdapter(Adapter):
    """Stands in for ``InMemoryStorage``: each instance is a place of its own."""

    def __init__(self, location: Any = None, **kwargs: Any) -> None:
        super().__init__(location or tempfile.mkdtemp(), **kwargs)
