"""Stores that create wrongly, or lose their head among threads."""

from __future__ import annotations

import threading
import time

from medialift.errors import AlreadyExistsError, NotFoundError
from medialift.stores.bodies import read_all
from tests.testing.sabotage.base import Any, Body, Broken, Stored


class CreatesNothing(Broken):
    noticed_by = ("test_a_new_object_is_created", "test_a_key_is_free_again_after_a_delete")

    def put(self, key: str, body: Body, *, if_absent: bool = False, **options: Any) -> Stored:
        if if_absent:
            raise AlreadyExistsError("taken")
        return super().put(key, body, **options)


class CreatesOverWhatIsThere(Broken):
    noticed_by = (
        "test_a_taken_key_is_kept",
        "test_of_many_writers_at_once_exactly_one_creates",
        "test_creating_in_parts_refuses_a_taken_key",
    )

    def put(self, key: str, body: Body, *, if_absent: bool = False, **options: Any) -> Stored:
        return super().put(key, body, **options)


class LooksBeforeItCreates(Broken):
    noticed_by = ("test_of_many_writers_at_once_exactly_one_creates",)

    def put(self, key: str, body: Body, *, if_absent: bool = False, **options: Any) -> Stored:
        if if_absent and key in self._objects:
            raise AlreadyExistsError("taken")
        time.sleep(0.05)
        return super().put(key, body, **options)


class NobodyWinsTheRace(Broken):
    noticed_by = ("test_of_many_writers_at_once_exactly_one_creates",)

    def put(self, key: str, body: Body, *, if_absent: bool = False, **options: Any) -> Stored:
        data = read_all(body)
        try:
            return super().put(key, data, if_absent=if_absent, **options)
        except AlreadyExistsError:
            super().put(key, data, **options)
            raise


class RemembersDeletedKeys(Broken):
    noticed_by = ("test_a_key_is_free_again_after_a_delete",)

    def put(self, key: str, body: Body, *, if_absent: bool = False, **options: Any) -> Stored:
        seen = self.__dict__.setdefault("seen", set())
        if if_absent and key in seen:
            raise AlreadyExistsError("taken")
        seen.add(key)
        return super().put(key, body, **options)


class PretendsToCreate(Broken):
    noticed_by = ("test_creating_is_refused_where_it_is_not_atomic",)
    changed_traits = {"atomic_create": False}  # noqa: RUF012

    def put(self, key: str, body: Body, *, if_absent: bool = False, **options: Any) -> Stored:
        return super().put(key, body, **options)


# ── in threads ───────────────────────────────────────────────────────────────────────────────


class SharesOneBuffer(Broken):
    noticed_by = ("test_threads_share_the_store",)
    buffer = b""

    def put(self, key: str, body: Body, **options: Any) -> Stored:
        self.buffer = read_all(body)
        time.sleep(0.002)
        return super().put(key, self.buffer, **options)


class BelongsToOneThread(Broken):
    noticed_by = ("test_threads_share_the_store",)

    def put(self, key: str, body: Body, **options: Any) -> Stored:
        owner = self.__dict__.setdefault("owner", threading.get_ident())
        if owner != threading.get_ident():
            raise NotFoundError("another thread's connection")
        return super().put(key, body, **options)
