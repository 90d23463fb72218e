"""Whether the target already holds the bytes of a file, by the cheapest means that proves it."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from medialift.move.digests import Hasher, parts_in, pieces, possible_part_sizes
from medialift.move.prove import etag_speaks
from medialift.move.reading import Opened, Source
from medialift.stores.base import Download, ObjectStore
from medialift.types import Digests, ETag, ObjectInfo, Proof


@dataclass(frozen=True, slots=True)
class Comparison:
    """``digests`` are those of the source's bytes (``None`` if the sizes already tell), ``proof`` why they are equal.

    ``info`` is the source as it was compared, ``part_size`` (bytes) how the target's ETag came about.
    """

    info: ObjectInfo
    digests: Digests | None = None
    proof: Proof | None = None
    part_size: int | None = None

    @property
    def equal(self) -> bool:
        return self.proof is not None


@dataclass(frozen=True, slots=True)
class Comparer:
    """Compares files of one pair of stores.

    An ETag that is an MD5 spares the download. Where it is opaque, or says "different" (encrypted
    buckets have ETags that only look like an MD5), both sides are read, up to the first difference.
    """

    source: Source
    target: ObjectStore
    halt: threading.Event

    def compare(self, name: str, there: ObjectInfo) -> Comparison:
        """Compare the file *name* of the source with the object *there* of the target.

        Raises ``SourceError``, and what the target's ``get`` raises: also ``NotFoundError`` and ``PreconditionError``.
        """
        with self.source.open(name) as download:
            info = download.info
            if info.size != there.size:
                return Comparison(info)
            there = with_etag(self.target, there)
            if etag_speaks(self.target.traits, there.etag):
                by_etag = self._by_etag(download, there)
                if by_etag.equal:
                    return by_etag
                return self._again(name, there)
            return self._by_bytes(download, there)

    def _by_etag(self, download: Opened, there: ObjectInfo) -> Comparison:
        parts = parts_in(there.etag)
        sizes = possible_part_sizes(there.size, parts, [self.target.traits.part_size]) if parts else ()
        hasher = Hasher(whole_md5=parts is None, part_sizes=sizes)
        for piece in pieces(download, self.halt):
            hasher.update(piece)
        etags = hasher.etags()
        if hasher.size != there.size or there.etag not in etags:
            return Comparison(download.info)
        return Comparison(download.info, hasher.digests(), Proof.ETAG_MD5, etags[there.etag])

    def _again(self, name: str, there: ObjectInfo) -> Comparison:
        with self.source.open(name) as download:
            return self._by_bytes(download, there)

    def _by_bytes(self, download: Opened, there: ObjectInfo) -> Comparison:
        hasher, differ = Hasher(), False
        with self.target.get(there.key, if_match=there.etag) as other:
            for piece in pieces(download, self.halt):
                hasher.update(piece)
                if _exactly(other, len(piece)) != piece:
                    differ = True
                    break
            differ = differ or hasher.size != there.size or other.read(1) != b""
        return Comparison(download.info) if differ else Comparison(download.info, hasher.digests(), Proof.READ_BACK)


def with_etag(target: ObjectStore, there: ObjectInfo) -> ObjectInfo:
    """*there* with its ETag, where listings leave out one that would spare the download.

    Raises what the target's ``head`` raises.
    """
    if there.etag is None and target.traits.etag is not ETag.OPAQUE:
        return target.head(there.key)
    return there


def _exactly(download: Download, size: int) -> bytes:
    """*size* bytes, or fewer at the end: a network answers in pieces of its own."""
    data = download.read(size)
    while len(data) < size and (more := download.read(size - len(data))):
        data += more
    return data
