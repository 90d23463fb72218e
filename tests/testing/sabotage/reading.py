"""Stores that read wrongly."""

from __future__ import annotations

from dataclasses import replace

from medialift.errors import NotFoundError, PreconditionError, StoreError, UnavailableError
from medialift.stores.memory import MemoryDownload
from tests.testing.sabotage.base import Any, Broken, Download, ObjectInfo, download


class CountsRangesInclusively(Broken):
    noticed_by = ("test_a_range_comes_back", "test_the_version_that_was_asked_for_is_opened")

    def get(self, key: str, *, length: int | None = None, **options: Any) -> Download:
        return super().get(key, length=None if length is None else length + 1, **options)


class IgnoresRanges(Broken):
    noticed_by = ("test_a_range_comes_back", "test_a_range_may_cross_parts", "test_a_range_past_the_end_is_empty")

    def get(self, key: str, *, start: int = 0, length: int | None = None, **options: Any) -> Download:
        return super().get(key, **options)


class EndsARangeWithThePart(Broken):
    noticed_by = ("test_a_range_may_cross_parts",)

    def get(self, key: str, *, start: int = 0, length: int | None = None, **options: Any) -> Download:
        part_size = self._part_size(self._objects[key].data) if key in self._objects else None
        if part_size and length:
            length = min(length, part_size - start % part_size)
        return super().get(key, start=start, length=length, **options)


class FailsPastTheEnd(Broken):
    noticed_by = ("test_a_range_past_the_end_is_empty",)

    def leaving(self, opened: MemoryDownload, start: int, length: int | None) -> Download:
        if start >= opened.info.size > 0:
            raise StoreError("416 Requested Range Not Satisfiable")
        return opened


class FailsOnRangesOfNothing(Broken):
    noticed_by = ("test_a_range_of_an_empty_object_is_empty",)

    def leaving(self, opened: MemoryDownload, start: int, length: int | None) -> Download:
        if opened.info.size == 0 and (start or length is not None):
            raise StoreError("416 Requested Range Not Satisfiable")
        return opened


class DescribesTheRange(Broken):
    noticed_by = ("test_info_describes_the_whole_object",)

    def leaving(self, opened: MemoryDownload, start: int, length: int | None) -> Download:
        data = opened.read()
        return download(data, replace(opened.info, size=len(data)))


class ReadsAllAtOnce(Broken):
    noticed_by = ("test_a_body_is_read_in_pieces",)

    def leaving(self, opened: MemoryDownload, start: int, length: int | None) -> Download:
        class Whole(MemoryDownload):
            def read(self, size: int | None = -1, /) -> bytes:
                return super().read()

        return Whole(opened.read(), opened.info)


class EndsWhenNothingIsRead(Broken):
    noticed_by = ("test_reading_nothing_does_not_end_the_body",)

    def leaving(self, opened: MemoryDownload, start: int, length: int | None) -> Download:
        class Ending(MemoryDownload):
            def read(self, size: int | None = -1, /) -> bytes:
                if size == 0:
                    self.seek(0, 2)
                return super().read(size)

        return Ending(opened.read(), opened.info)


class OpensNoVersion(Broken):
    noticed_by = ("test_the_version_that_was_asked_for_is_opened",)

    def get(self, key: str, *, if_match: str | None = None, **options: Any) -> Download:
        if if_match is not None:
            raise PreconditionError("another version")
        return super().get(key, **options)


class OpensAnyVersion(Broken):
    noticed_by = ("test_another_version_is_not_opened",)

    def get(self, key: str, *, if_match: str | None = None, **options: Any) -> Download:
        return super().get(key, **options)


class OpensWhatIsMissing(Broken):
    noticed_by = ("test_a_missing_object_is_not_opened", "test_an_error_says_what_happened")

    def get(self, key: str, **options: Any) -> Download:
        try:
            return super().get(key, **options)
        except NotFoundError:
            return download(b"", ObjectInfo(key, 0))


class DescribesFolders(Broken):
    noticed_by = ("test_a_missing_object_is_not_described",)

    def head(self, key: str) -> ObjectInfo:
        if any(known.startswith(f"{key}/") for known in self._objects):
            return ObjectInfo(key, 0)
        return super().head(key)


class ReadsAfterClosing(Broken):
    noticed_by = ("test_a_closed_download_reads_no_more",)

    def leaving(self, opened: MemoryDownload, start: int, length: int | None) -> Download:
        class Open(MemoryDownload):
            def close(self) -> None: ...

        return Open(opened.read(), opened.info)


class NeverFreesConnections(Broken):
    noticed_by = ("test_closing_early_frees_the_connection",)
    free = 50

    def leaving(self, opened: MemoryDownload, start: int, length: int | None) -> Download:
        if not self.free:
            raise UnavailableError("no connection is free")
        self.free -= 1
        return opened


class ClosesOnlyOnce(Broken):
    noticed_by = ("test_a_download_may_be_closed_twice",)

    def leaving(self, opened: MemoryDownload, start: int, length: int | None) -> Download:
        class Once(MemoryDownload):
            def close(self) -> None:
                if self.closed:
                    raise ValueError("closed twice")
                super().close()

            def __del__(self) -> None: ...

        return Once(opened.read(), opened.info)
