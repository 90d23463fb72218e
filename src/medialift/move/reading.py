"""The source side of a transfer: every error that comes from there says so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from medialift.errors import MedialiftError, NotFoundError, SourceChangedError, StoreError, UnsupportedError
from medialift.keys import key_for
from medialift.move.digests import ETags, Hasher, is_md5_etag, parts_in, pieces, possible_part_sizes
from medialift.move.prove import etag_speaks
from medialift.stores.base import Download, ObjectStore, ReadsPaths, TellsWriting, capability
from medialift.stores.bodies import fill
from medialift.stores.express import ReadsWhole, Whole
from medialift.types import ETag, ObjectInfo


class SourceError(Exception):
    """The source could not be read; ``error`` says why. Never leaves the move's engine."""

    def __init__(self, error: MedialiftError) -> None:
        super().__init__(str(error))
        self.error = error


class Opened:
    """An open file of the source, whose errors are :class:`SourceError`."""

    def __init__(self, download: Download) -> None:
        self._download = download
        self.info = download.info

    def read(self, size: int = -1, /) -> bytes:
        try:
            return self._download.read(size)
        except (MedialiftError, OSError) as error:
            raise SourceError(_as_ours(error)) from error

    def fill(self, buffer: memoryview, /) -> int:
        """Fill *buffer*; fewer bytes only at the end."""
        try:
            return fill(self._download, buffer)
        except (MedialiftError, OSError) as error:
            raise SourceError(_as_ours(error)) from error

    @property
    def tells_writing(self) -> Callable[[], bool] | None:
        """Tells whether somebody is writing the open file, where its download can; spares looking for it again."""
        tells: Callable[[], bool] | None = getattr(self._download, "is_being_written", None)
        return tells

    def close(self) -> None:
        self._download.close()

    def __enter__(self) -> Opened:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True)
class Source:
    """The store that files are read from, by their names.

    ``writes`` tells what is being written, where the store can; ``on_disk`` says that files may change under
    our hands; ``whole`` reads small files at once, where the store can.
    """

    store: ObjectStore
    writes: TellsWriting | None
    on_disk: bool
    whole: ReadsWhole | None = None

    @classmethod
    def of(cls, store: ObjectStore) -> Source:
        # Asked once: looking for an ability costs more than reading a small file.
        whole = store if isinstance(store, ReadsWhole) else None
        return cls(store, capability(store, TellsWriting), capability(store, ReadsPaths) is not None, whole)

    def key(self, name: str) -> str:
        return key_for(name, self.store.traits.key_rules)

    def open(self, name: str) -> Opened:
        """Open a file. Raises ``SourceError``."""
        try:
            return Opened(self.store.get(self.key(name)))
        except (MedialiftError, OSError) as error:
            raise SourceError(_as_ours(error)) from error

    def read_whole(self, name: str, largest: int) -> Whole | None:
        """One state of a small file, and the whole of it; ``None`` where it has to be opened.

        It is larger than *largest* bytes then, or has changed, or cannot be read: whoever opens it tells why.
        """
        if self.whole is None:
            return None
        try:
            whole = self.whole.read_whole(self.key(name), largest)
        except (MedialiftError, OSError):
            return None
        return None if whole is None or whole.has_changed else whole

    def is_being_written(self, name: str, opened: Opened | None = None) -> bool:
        """Whether a writer holds the file right now, where the store can tell, or the file that is *opened*."""
        if self.writes is None:
            return False
        tells = opened.tells_writing if opened is not None else None
        try:
            return tells() if tells is not None else self.writes.is_being_written(self.key(name))
        except UnsupportedError:
            return False
        except (MedialiftError, OSError) as error:
            raise SourceError(_as_ours(error)) from error

    def check_read(self, name: str, info: ObjectInfo, hasher: Hasher, halt: threading.Event) -> None:
        """Make sure that what was read is one state of the file, and the whole of it.

        A file on a disk may change while it is read: it is looked at again. An object's download is
        one version, but bytes can be damaged on their way: they are held against its ETag.
        Raises ``SourceChangedError`` and ``SourceError``.
        """
        if hasher.size != info.size:
            raise SourceChangedError(f"{hasher.size} bytes came of a file of {info.size}")
        if self.on_disk or info.etag is None:
            self._check_unchanged(name, info)
        elif self._contradicts(info, hasher.etags()):
            self._check_again(name, hasher, halt)

    def part_sizes(self, info: ObjectInfo) -> tuple[int, ...]:
        """The part sizes (bytes) by which the ETag of an object of the source may have come about."""
        parts = parts_in(info.etag) if self.store.traits.etag is ETag.MD5 else None
        return possible_part_sizes(info.size, parts, [self.store.traits.part_size]) if parts else ()

    def _check_unchanged(self, name: str, info: ObjectInfo) -> None:
        try:
            now = self.store.head(self.key(name))
        except NotFoundError as error:
            raise SourceChangedError("the file was deleted while it was read") from error
        except (MedialiftError, OSError) as error:
            raise SourceError(_as_ours(error)) from error
        if now.fingerprint != info.fingerprint:
            raise SourceChangedError("the file changed while it was read")

    def _contradicts(self, info: ObjectInfo, etags: ETags) -> bool:
        if not etag_speaks(self.store.traits, info.etag):
            return False
        comparable = None in etags.values() if is_md5_etag(info.etag) else any(etags.values())
        return comparable and info.etag not in etags

    def _check_again(self, name: str, hasher: Hasher, halt: threading.Event) -> None:
        """An ETag that only looks like an MD5 says nothing; bytes that come twice alike were not damaged."""
        again = Hasher()
        with self.open(name) as download:
            for piece in pieces(download, halt):
                again.update(piece)
        if again.digests().sha256 != hasher.digests().sha256:
            raise SourceChangedError("the source sent other bytes the second time")


def _as_ours(error: Exception) -> MedialiftError:
    return error if isinstance(error, MedialiftError) else StoreError(str(error), operation="get")
