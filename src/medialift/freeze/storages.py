"""Storages that refuse every write while uploads are frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.core.files.storage import FileSystemStorage
from django.utils import timezone

from medialift.errors import UploadsFrozenError
from medialift.freeze.flag import Flag
from medialift.storage import MediaStorage

if TYPE_CHECKING:
    from django.core.files.storage import Storage

    Base = Storage
else:
    Base = object

S = TypeVar("S")

READING = frozenset({"GET", "HEAD"})


class Freezable(Base):
    """Makes any storage refuse writes during a freeze: ``class MyStorage(Freezable, S3Storage)``.

    Saving, deleting, opening for writing, and signing anything but a download then raise
    :class:`~medialift.errors.UploadsFrozenError`; reading goes on. Beyond that the storage is what it was:
    moves recognise it as if this class were not there.
    """

    passes_through = True
    """Told to :mod:`medialift.bridge`: what is kept, and where, is the other class's business."""

    def save(self, name: str | None, content: Any, *args: Any, **options: Any) -> str:
        self.refuse_frozen("save", name or getattr(content, "name", ""))
        return super().save(name, content, *args, **options)

    def delete(self, name: str) -> None:
        self.refuse_frozen("delete", name)
        super().delete(name)

    def open(self, name: str, mode: str = "rb") -> Any:
        if set(mode) & set("wax+"):
            self.refuse_frozen("open", name)
        return super().open(name, mode)

    def url(self, name: str | None, *args: Any, **options: Any) -> str:
        method = args[2] if len(args) > 2 else options.get("http_method")
        if (method or "GET").upper() not in READING:
            self.refuse_frozen("url", name)
        return super().url(name, *args, **options)

    def refuse_frozen(self, operation: str, name: object) -> None:
        flag: Flag | None = self.__dict__.setdefault("_freeze_flag", Flag())
        frozen = flag.frozen() if flag else None
        if frozen is None:
            return
        rest = frozen.rest(timezone.now())
        reason = f"uploads are frozen for a moment{f' ({frozen.reason})' if frozen.reason else ''}"
        hint = f"Try again in {rest} s; `python manage.py medialift freeze off` ends it."
        error = UploadsFrozenError(reason, operation=operation, key=str(name or ""), hint=hint)
        error.retry_after = rest
        raise error


class FreezableFileSystemStorage(Freezable, FileSystemStorage):
    """Django's own storage on a disk, which obeys a freeze."""


class FreezableMediaStorage(Freezable, MediaStorage):
    """:class:`~medialift.storage.MediaStorage`, which obeys a freeze."""


def unfrozen(storage: S) -> S:
    """*storage* for whoever works during a freeze: the move's own writes, and the check after the switch."""
    if not isinstance(storage, Freezable):
        return storage
    free = object.__new__(type(storage))  # a copy by pickling would be the one of STORAGES again
    free.__dict__.update(storage.__dict__, _freeze_flag=None)
    return free
