"""The file objects of :class:`~medialift.storage.MediaStorage`: one read or written, and one saved."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from types import CodeType, FrameType, TracebackType
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

from django.core.files.base import File
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.utils.functional import cached_property

from medialift.errors import AlreadyExistsError, NotFoundError
from medialift.stores.base import Body, ObjectStore
from medialift.stores.reader import HEAD_SIZE, ObjectReader
from medialift.types import Headers, Traits

if TYPE_CHECKING:
    AnyFile = File[Any]
else:
    AnyFile = File  # generic only to type checkers

EXIT: CodeType = File.__exit__.__code__

READ_ONCE = (File.chunks, InMemoryUploadedFile.chunks)
"""Ways to give chunks that are plain reading; any other is asked for its chunks."""


def creates_atomically(traits: Traits, content: File[Any]) -> bool:
    """Whether a store with these traits can create an object with this content without replacing another."""
    if not traits.atomic_create or traits.atomic_multipart_create or not traits.multipart_threshold:
        return traits.atomic_create
    return content.size <= traits.multipart_threshold


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file lies, and what is kept beside its bytes."""

    store: ObjectStore
    key: str
    headers: Headers


class MediaFile(AnyFile):
    """A file of a store, with Python's modes; text is UTF-8.

    Reading fetches only what is read. Writing goes to a temporary file, which is published when the
    file is closed: an exception in a ``with`` block publishes nothing, also in the block of a FieldFile
    or another of Django's files around this one. A closed file can be opened again.
    """

    file: Any

    def __init__(self, place: Place, name: str, mode: str) -> None:
        self._place = place
        self._raw: IO[bytes] | None = None
        super().__init__(None, name)
        self._start(mode)

    @property
    def size(self) -> int:
        """Its length in bytes, without a request."""
        if isinstance(self._raw, io.BufferedReader):
            return cast(ObjectReader, self._raw.raw).info.size
        if self._raw is None or self._raw.closed:
            return self._place.store.head(self._place.key).size
        self.file.flush()
        return os.fstat(self._raw.fileno()).st_size

    def open(self, mode: str | None = None, *args: Any, **kwargs: Any) -> MediaFile:
        """Back to the start, in another mode if it is given; opens again what was closed."""
        if not self.closed and mode in (None, self.mode):
            self.seek(0)
        else:
            self.close()
            self._start(mode or self.mode)
        return self

    def close(self) -> None:
        """Publish what was written, and free everything. Raises what ``put`` raises."""
        if self.closed:
            return
        try:
            if self._writes and not _is_left_by_exception():
                self._publish()
        finally:
            self.file.close()

    def discard(self) -> None:
        """Close without publishing anything."""
        if not self.closed:
            self.file.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def __del__(self) -> None:
        if self._raw is not None and not self._raw.closed and self._writes:
            warnings.warn(f"{self.name!r} was written and never closed: it is not published", ResourceWarning, 2)
            self.file.close()

    @property
    def _writes(self) -> bool:
        return self.mode[0] != "r" or "+" in self.mode

    def _start(self, mode: str) -> None:
        kind = mode.translate({ord(letter): None for letter in "bt"})
        if kind not in ("r", "w", "a", "x", "r+", "w+", "a+", "x+") or len(mode) - len(kind) > 1:
            raise ValueError(f"invalid mode: {mode!r}")
        self.mode = mode
        self._raw = self._reader() if kind == "r" else self._draft(kind[0])
        self.file = self._raw if "b" in mode else io.TextIOWrapper(cast(BinaryIO, self._raw), encoding="utf-8")

    def _reader(self) -> io.BufferedReader:
        return io.BufferedReader(ObjectReader(self._place.store, self._place.key), HEAD_SIZE)

    def _draft(self, kind: str) -> IO[bytes]:
        """A temporary file that holds what is already there, as far as the mode wants it."""
        store, key = self._place.store, self._place.key
        if kind == "x" and _exists(store, key):
            raise AlreadyExistsError("the file exists", operation="open", key=key, store=str(store.identity))
        draft = tempfile.TemporaryFile("w+b")  # noqa: SIM115 (lives as long as this file)
        try:
            if kind in "ra":
                _fetch(store, key, draft, missing_is_empty=kind == "a")
        except BaseException:
            draft.close()
            raise
        draft.seek(0, os.SEEK_END if kind == "a" else os.SEEK_SET)
        return draft

    def _publish(self) -> None:
        assert self._raw is not None
        self.file.flush()
        creates = self.mode[0] == "x" and creates_atomically(self._place.store.traits, self)
        self._raw.seek(0)
        self._place.store.put(
            self._place.key, cast(BinaryIO, self._raw), headers=self._place.headers, if_absent=creates
        )


class Upload(AnyFile):
    """What ``save`` was given, ready to be sent more than once. The caller's file is never closed.

    At most *limit* bytes of it are held in memory; text becomes UTF-8. Nothing is read before it is needed.
    """

    def __init__(self, content: File[Any], limit: int) -> None:
        self._content, self._limit = content, limit
        self.name = content.name
        self.content_type = getattr(content, "content_type", None) or ""

    def __bool__(self) -> bool:
        return bool(self._content)

    @cached_property
    def file(self) -> Any:  # type: ignore[override]
        return _plain(self._content, self._limit) or _spooled(self._content.chunks(), self._limit)

    @cached_property
    def size(self) -> int:
        return _length(self.file)

    def body(self) -> Body:
        """The whole of it, from the start."""
        if isinstance(self.file, io.BytesIO):
            return self.file.getvalue()
        self.file.seek(0)
        return cast(BinaryIO, self.file)

    def first_bytes(self, count: int) -> bytes:
        self.file.seek(0)
        return bytes(self.file.read(count))

    def close(self) -> None:
        if self.__dict__.get("file") not in (None, self._content):
            self.file.close()


def _is_left_by_exception() -> bool:
    """Whether ``close`` is called by the end of a ``with`` block of Django's :class:`File` that an exception left.

    ``File.__exit__`` forgets the exception and calls ``close()``, the same call as after success; its
    frame still has it. ``sys.exc_info()`` would not do: it tells the same of a ``close()`` in an
    ``except`` clause, which means to keep what was written. Source: ``django/core/files/base.py``, 4.2 to 6.1.
    """
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code.co_name == "close":
        frame = frame.f_back
    if frame is None or frame.f_code is not EXIT:
        return False
    return frame.f_locals[EXIT.co_varnames[1]] is not None


def _plain(content: File[Any], limit: int) -> IO[bytes] | File[Any] | None:
    """The bytes of *content*, or itself if it is large; ``None`` if only its chunks tell what it holds."""
    if "chunks" in getattr(content, "__dict__", {}) or getattr(type(content), "chunks", None) not in READ_ONCE:
        return None
    try:
        content.seek(0)
    except (AttributeError, io.UnsupportedOperation):
        return None
    data = _read(content, limit + 1)
    if data is None:
        return None
    return content if len(data) > limit else io.BytesIO(data)


def _spooled(chunks: Iterable[bytes | str], limit: int) -> IO[bytes]:
    spool: IO[bytes] = io.BytesIO()
    for chunk in chunks:
        data = chunk.encode() if isinstance(chunk, str) else chunk
        if isinstance(spool, io.BytesIO) and spool.tell() + len(data) > limit:
            held, spool = spool.getvalue(), tempfile.TemporaryFile()  # noqa: SIM115 (Upload closes it)
            spool.write(held)
        spool.write(data)
    return spool


def _read(content: File[Any], size: int) -> bytes | None:
    """Up to *size* bytes, also from files that give less than they are asked for; ``None`` if it is text."""
    data = bytearray()
    while len(data) < size and (piece := content.read(size - len(data))):
        if isinstance(piece, str):
            return None
        data += piece
    return bytes(data)


def _length(file: IO[bytes]) -> int:
    return file.seek(0, os.SEEK_END) or file.tell()


def _exists(store: ObjectStore, key: str) -> bool:
    try:
        store.head(key)
    except NotFoundError:
        return False
    return True


def _fetch(store: ObjectStore, key: str, into: IO[bytes], *, missing_is_empty: bool) -> None:
    try:
        with store.get(key) as download:
            shutil.copyfileobj(download, into)
    except NotFoundError:
        if not missing_is_empty:
            raise
