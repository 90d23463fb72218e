"""Stores that delete wrongly."""

from __future__ import annotations

from itertools import islice

from medialift.errors import NotFoundError, StoreError
from tests.testing.sabotage.base import Broken, Iterable, Iterator


class DeletesNothing(Broken):
    noticed_by = ("test_a_deleted_object_is_gone", "test_objects_may_be_deleted_while_they_are_listed")

    def delete(self, key: str) -> None: ...


class DeletesNeighbours(Broken):
    noticed_by = ("test_a_deleted_object_is_gone",)

    def delete(self, key: str) -> None:
        for known in [known for known in self._objects if known.startswith(key)]:
            super().delete(known)


class DeletesFolders(Broken):
    noticed_by = ("test_deleting_what_is_not_there_is_no_error",)

    def delete(self, key: str) -> None:
        super().delete(key)
        for known in [known for known in self._objects if known.startswith(f"{key}/")]:
            super().delete(known)


class MissesWhatItDeletes(Broken):
    noticed_by = ("test_deleting_what_is_not_there_is_no_error",)

    def delete(self, key: str) -> None:
        if key not in self._objects:
            raise NotFoundError("not there", key=key)
        super().delete(key)


class DeletesOnePage(Broken):
    noticed_by = ("test_more_keys_than_a_page_are_deleted",)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        return super().delete_many(islice(keys, 1_000))


class FailsToDeleteNothing(Broken):
    noticed_by = ("test_deleting_no_keys_is_no_error",)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        batch = list(keys)
        if not batch:
            raise StoreError("MalformedXML")
        yield from super().delete_many(batch)


class StopsAtTheFirstError(Broken):
    noticed_by = ("test_one_error_comes_for_each_key_that_cannot_be_deleted",)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        for error in super().delete_many(keys):
            yield error
            return


class RaisesTheFirstError(Broken):
    noticed_by = ("test_one_error_comes_for_each_key_that_cannot_be_deleted",)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        for error in super().delete_many(keys):
            raise error
        yield from ()


class DeletesAtOnce(Broken):
    noticed_by = ("test_nothing_is_deleted_before_the_errors_are_asked_for",)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        return iter(list(super().delete_many(keys)))


class TakesAllKeysFirst(Broken):
    noticed_by = ("test_keys_are_taken_as_they_are_needed",)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        yield from super().delete_many(list(keys))
