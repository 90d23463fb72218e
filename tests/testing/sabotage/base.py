"""What broken stores share."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

from medialift.errors import StoreError
from medialift.stores.base import Body, Download
from medialift.stores.bodies import read_all
from medialift.stores.memory import MEMORY_TRAITS, MemoryDownload, MemoryStore
from medialift.types import Headers, ObjectInfo, Stored, Traits

__all__ = ["Any", "Body", "Broken", "Download", "Headers", "Iterable", "Iterator", "ObjectInfo", "StoreError", "Stored"]


class Broken(MemoryStore):
    """A good store; subclasses break it in one way, mostly by changing one of the small steps below."""

    noticed_by: ClassVar[tuple[str, ...]] = ()
    changed_traits: ClassVar[dict[str, Any]] = {}
    fork_timeout: ClassVar[int] = 20

    def __init__(
        self, container: str = "memory", *, part_size: int | None = None, traits: Traits = MEMORY_TRAITS
    ) -> None:
        super().__init__(container, part_size=part_size, traits=replace(traits, **self.changed_traits))

    def in_parts(self, data: bytes) -> bool:
        return bool(self.traits.multipart_threshold) and len(data) > self.traits.multipart_threshold

    # ── steps to break ───────────────────────────────────────────────────────────────────────

    def arriving(self, data: bytes) -> bytes:
        """The bytes that are stored instead of *data*."""
        return data

    def leaving(self, opened: MemoryDownload, start: int, length: int | None) -> Download:
        """The download that is handed out."""
        return opened

    def kept(self, headers: Headers) -> Headers:
        """The headers that are stored."""
        return headers

    def told(self, info: ObjectInfo) -> ObjectInfo:
        """What ``head`` tells."""
        return info

    def listed(self, infos: Iterator[ObjectInfo], prefix: str, after: str) -> Iterator[ObjectInfo]:
        """What ``list`` tells."""
        return infos

    def renamed(self, key: str) -> str:
        """The key under which the object is really kept."""
        return key

    # ── the verbs ────────────────────────────────────────────────────────────────────────────

    def put(self, key: str, body: Body, *, headers: Headers = Headers(), **options: Any) -> Stored:  # noqa: B008
        data = self.arriving(read_all(body))
        stored = super().put(self.renamed(key), data, headers=self.kept(headers), **options)
        return replace(stored, key=key)

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        opened = super().get(self.renamed(key), start=start, length=length, if_match=if_match)
        assert isinstance(opened, MemoryDownload)
        return self.leaving(opened, start, length)

    def head(self, key: str) -> ObjectInfo:
        return self.told(super().head(self.renamed(key)))

    def delete(self, key: str) -> None:
        super().delete(self.renamed(key))

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        return self.listed(super().list(prefix, after=after), prefix, after)


def download(data: bytes, info: ObjectInfo) -> MemoryDownload:
    return MemoryDownload(data, info)


def as_file(body: Body) -> Any:
    return io.BytesIO(body) if isinstance(body, bytes) else body
