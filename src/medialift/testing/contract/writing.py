"""What ``put`` must do with bytes, files, failures and digests."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import BinaryIO

import pytest

from medialift.errors import DigestMismatchError, NotFoundError
from medialift.stores.base import Body, ObjectStore
from medialift.testing.contract.base import ContractBase
from medialift.testing.contract.bodies import BodyError, breaking, causes, fetch, keys_of, md5, one_way, pattern

BODY = pattern(100_003)
MAKES = pytest.mark.parametrize("make", [bytes, io.BytesIO, one_way], ids=["bytes", "file", "stream"])


class Writing(ContractBase):
    def test_bytes_come_back(self, store: ObjectStore) -> None:
        store.put("photos/cat.jpg", BODY)
        assert fetch(store, "photos/cat.jpg") == BODY

    def test_a_file_comes_back(self, store: ObjectStore) -> None:
        store.put("cat.jpg", io.BytesIO(BODY))
        assert fetch(store, "cat.jpg") == BODY

    def test_a_stream_that_cannot_seek_comes_back(self, store: ObjectStore) -> None:
        store.put("cat.jpg", one_way(BODY))
        assert fetch(store, "cat.jpg") == BODY

    def test_a_file_is_read_from_its_position(self, store: ObjectStore) -> None:
        body = io.BytesIO(BODY)
        body.seek(1_000)
        stored = store.put("cat.jpg", body)
        assert (fetch(store, "cat.jpg"), stored.size) == (BODY[1_000:], len(BODY) - 1_000)

    @pytest.mark.parametrize("make", [io.BytesIO, one_way], ids=["file", "stream"])
    def test_put_leaves_the_callers_file_open(self, store: ObjectStore, make: Callable[[bytes], BinaryIO]) -> None:
        body = make(BODY)
        store.put("cat.jpg", body)
        assert not body.closed

    @MAKES
    def test_an_empty_object_comes_back(self, store: ObjectStore, make: Callable[[bytes], Body]) -> None:
        stored = store.put("empty.txt", make(b""))
        assert (stored.size, store.head("empty.txt").size) == (0, 0)
        assert fetch(store, "empty.txt") == b""

    def test_put_answers_what_head_tells(self, store: ObjectStore) -> None:
        stored, info = store.put("cat.jpg", BODY), store.head("cat.jpg")
        assert (stored.key, stored.size, stored.etag) == ("cat.jpg", len(BODY), info.etag)
        assert (info.key, info.size) == ("cat.jpg", len(BODY))

    def test_an_object_is_replaced_as_a_whole(self, store: ObjectStore) -> None:
        store.put("cat.jpg", BODY)
        store.put("cat.jpg", b"short")
        assert fetch(store, "cat.jpg") == b"short"
        assert [info.size for info in store.list()] == [5]

    def test_a_body_that_breaks_leaves_nothing(self, store: ObjectStore) -> None:
        with pytest.raises(Exception) as caught:  # noqa: PT011 - the body's own error, or ours with that cause
            store.put("folder/cat.jpg", breaking(BODY))
        assert any(isinstance(error, BodyError) for error in causes(caught.value))
        assert keys_of(store) == []
        with pytest.raises(NotFoundError):
            store.head("folder/cat.jpg")

    def test_a_body_that_breaks_keeps_the_old_object(self, store: ObjectStore) -> None:
        store.put("cat.jpg", b"old")
        with pytest.raises(Exception):  # noqa: B017, PT011 - which error it is, the test above asks
            store.put("cat.jpg", breaking(BODY))
        assert fetch(store, "cat.jpg") == b"old"

    @MAKES
    def test_the_right_md5_is_accepted(self, store: ObjectStore, make: Callable[[bytes], Body]) -> None:
        store.put("cat.jpg", make(BODY), md5=md5(BODY))
        assert fetch(store, "cat.jpg") == BODY

    @MAKES
    def test_a_wrong_md5_is_refused(self, store: ObjectStore, make: Callable[[bytes], Body]) -> None:
        with pytest.raises(DigestMismatchError):
            store.put("cat.jpg", make(BODY), md5=md5(b"something else"))
        assert keys_of(store) == []

    def test_a_wrong_md5_keeps_the_old_object(self, store: ObjectStore) -> None:
        store.put("cat.jpg", b"old")
        with pytest.raises(DigestMismatchError):
            store.put("cat.jpg", BODY, md5=md5(b"something else"))
        assert fetch(store, "cat.jpg") == b"old"
