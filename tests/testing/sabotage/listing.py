"""Stores that list wrongly."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from tests.testing.sabotage.base import Broken, Headers, Iterator, ObjectInfo


class ListsAGhost(Broken):
    noticed_by = ("test_an_empty_store_lists_nothing",)

    def listed(self, infos: Iterator[ObjectInfo], prefix: str, after: str) -> Iterator[ObjectInfo]:
        yield ObjectInfo(".emptyFolderPlaceholder", 0)
        yield from infos


class ListsOtherSizes(Broken):
    noticed_by = ("test_objects_are_described", "test_an_object_is_replaced_as_a_whole")

    def listed(self, infos: Iterator[ObjectInfo], prefix: str, after: str) -> Iterator[ObjectInfo]:
        return (replace(info, size=info.size + 1) for info in infos)


class ListsHeaders(Broken):
    noticed_by = ("test_objects_are_described",)

    def listed(self, infos: Iterator[ObjectInfo], prefix: str, after: str) -> Iterator[ObjectInfo]:
        return (replace(info, headers=Headers(content_type="text/plain")) for info in infos)


class ListsOtherFingerprints(Broken):
    noticed_by = ("test_objects_are_described",)

    def listed(self, infos: Iterator[ObjectInfo], prefix: str, after: str) -> Iterator[ObjectInfo]:
        return (replace(info, fingerprint="") for info in infos)


class ListsInOrderOfFolders(Broken):
    noticed_by = ("test_keys_come_in_byte_order",)

    def listed(self, infos: Iterator[ObjectInfo], prefix: str, after: str) -> Iterator[ObjectInfo]:
        return iter(sorted(infos, key=lambda info: info.key.split("/")))


class ListsInOrderOfUtf16(Broken):
    noticed_by = ("test_keys_come_in_byte_order",)

    def listed(self, infos: Iterator[ObjectInfo], prefix: str, after: str) -> Iterator[ObjectInfo]:
        return iter(sorted(infos, key=lambda info: info.key.encode("utf-16-be")))


class ListsInOrderOfWriting(Broken):
    noticed_by = ("test_keys_come_in_byte_order", "test_a_long_listing_is_complete_ordered_and_not_kept_in_memory")

    def listed(self, infos: Iterator[ObjectInfo], prefix: str, after: str) -> Iterator[ObjectInfo]:
        found = {info.key: info for info in infos}
        return (found[key] for key in tuple(self._objects) if key in found)


class TakesAPrefixForTheStartOfAName(Broken):
    noticed_by = ("test_a_prefix_is_a_folder", "test_a_prefix_does_not_list_the_object_of_that_key")

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        return (info for info in super().list(after=after) if info.key.startswith(prefix))


class TakesAPrefixForAnyPart(Broken):
    noticed_by = ("test_a_prefix_is_a_folder",)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        return (info for info in super().list(after=after) if f"{prefix}/" in info.key or not prefix)


class ListsOneLevelOnly(Broken):
    noticed_by = ("test_a_prefix_is_a_folder",)

    def listed(self, infos: Iterator[ObjectInfo], prefix: str, after: str) -> Iterator[ObjectInfo]:
        return (info for info in infos if not prefix or "/" not in info.key[len(prefix) + 1 :])


class ListsTheKeyAfterWhichItStarts(Broken):
    noticed_by = ("test_only_greater_keys_come_after", "test_a_prefix_and_after_go_together")

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        return (info for info in super().list(prefix) if info.key.encode() >= after.encode())


class IgnoresAfterBelowAPrefix(Broken):
    noticed_by = ("test_a_prefix_and_after_go_together",)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        return super().list(prefix, after="" if prefix else after)


class TakesAfterRelativeToThePrefix(Broken):
    noticed_by = ("test_a_prefix_and_after_go_together",)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        return super().list(prefix, after=f"{prefix}/{after}" if prefix and after else after)


class ListsOnePage(Broken):
    noticed_by = ("test_a_long_listing_is_complete_ordered_and_not_kept_in_memory",)

    def listed(self, infos: Iterator[ObjectInfo], prefix: str, after: str) -> Iterator[ObjectInfo]:
        return islice(infos, 1_000)


class ListsPagesTwice(Broken):
    noticed_by = ("test_a_long_listing_is_complete_ordered_and_not_kept_in_memory",)

    def listed(self, infos: Iterator[ObjectInfo], prefix: str, after: str) -> Iterator[ObjectInfo]:
        for number, info in enumerate(infos):
            yield info
            if number == 999:
                yield info


class KeepsTheWholeListing(Broken):
    noticed_by = ("test_a_long_listing_is_complete_ordered_and_not_kept_in_memory",)

    def listed(self, infos: Iterator[ObjectInfo], prefix: str, after: str) -> Iterator[ObjectInfo]:
        return iter(list(infos))


class CountsItsPagesByNumber(Broken):
    noticed_by = ("test_objects_may_be_deleted_while_they_are_listed",)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        offset = 0
        while page := list(islice(super().list(prefix, after=after), offset, offset + 10)):
            yield from page
            offset += 10
