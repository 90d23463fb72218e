"""What ``put`` must do with bodies that go up in parts."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from medialift.errors import AlreadyExistsError, DigestMismatchError, UnsupportedError
from medialift.stores.base import Body, ObjectStore
from medialift.testing.contract.base import ContractBase
from medialift.testing.contract.bodies import breaking, fetch, keys_of, md5, one_way, pattern
from medialift.types import ETag, Headers


def body_in_parts(store: ObjectStore) -> bytes:
    """A body above the store's threshold, of at least two whole parts and a shorter last one."""
    traits = store.traits
    whole = max(2, -(-traits.multipart_threshold // traits.part_size)) * traits.part_size
    return pattern(whole + traits.part_size // 3 + 1)


class Multipart(ContractBase):
    @pytest.mark.parametrize("make", [bytes, io.BytesIO, one_way], ids=["bytes", "file", "stream"])
    def test_a_body_in_parts_comes_back(self, multipart_store: ObjectStore, make: Callable[[bytes], Body]) -> None:
        body = body_in_parts(multipart_store)
        stored = multipart_store.put("film.mp4", make(body))
        assert stored.size == multipart_store.head("film.mp4").size == len(body)
        assert md5(fetch(multipart_store, "film.mp4")) == md5(body)

    def test_a_body_whose_last_part_is_whole_comes_back(self, multipart_store: ObjectStore) -> None:
        size = len(body_in_parts(multipart_store)) // multipart_store.traits.part_size + 1
        body = pattern(size * multipart_store.traits.part_size)
        multipart_store.put("film.mp4", io.BytesIO(body))
        assert md5(fetch(multipart_store, "film.mp4")) == md5(body)

    def test_only_a_body_above_the_threshold_goes_in_parts(self, multipart_store: ObjectStore) -> None:
        whole = multipart_store.put("whole", pattern(multipart_store.traits.multipart_threshold))
        parts = multipart_store.put("parts", body_in_parts(multipart_store))
        assert whole.part_size is None
        assert parts.part_size == multipart_store.traits.part_size

    def test_the_etag_of_a_body_in_parts_can_be_computed_again(self, multipart_store: ObjectStore) -> None:
        if multipart_store.traits.etag is not ETag.MD5:
            pytest.skip("this store's ETags say nothing about the bytes")
        body = body_in_parts(multipart_store)
        stored = multipart_store.put("film.mp4", body)
        assert stored.part_size is not None
        parts = [body[at : at + stored.part_size] for at in range(0, len(body), stored.part_size)]
        expected = f"{md5(b''.join(map(md5, parts))).hex()}-{len(parts)}"
        assert [stored.etag, multipart_store.head("film.mp4").etag] == [expected, expected]

    def test_a_range_may_cross_parts(self, multipart_store: ObjectStore) -> None:
        body, edge = body_in_parts(multipart_store), multipart_store.traits.part_size
        multipart_store.put("film.mp4", body)
        assert fetch(multipart_store, "film.mp4", start=edge - 10, length=20) == body[edge - 10 : edge + 10]

    def test_a_body_in_parts_keeps_its_headers(self, multipart_store: ObjectStore) -> None:
        if not multipart_store.traits.keeps_headers:
            pytest.skip("this store keeps no headers")
        headers = Headers(content_type="video/mp4", cache_control="max-age=60", metadata={"album": "cats"})
        multipart_store.put("film.mp4", body_in_parts(multipart_store), headers=headers)
        assert multipart_store.head("film.mp4").headers == headers

    def test_a_wrong_md5_of_a_body_in_parts_is_refused(self, multipart_store: ObjectStore) -> None:
        with pytest.raises(DigestMismatchError):
            multipart_store.put("film.mp4", body_in_parts(multipart_store), md5=md5(b"something else"))
        assert keys_of(multipart_store) == []

    def test_the_right_md5_of_a_body_in_parts_is_accepted(self, multipart_store: ObjectStore) -> None:
        body = body_in_parts(multipart_store)
        multipart_store.put("film.mp4", one_way(body), md5=md5(body))
        assert multipart_store.head("film.mp4").size == len(body)

    def test_a_body_in_parts_that_breaks_keeps_the_old_object(self, multipart_store: ObjectStore) -> None:
        multipart_store.put("film.mp4", b"old")
        with pytest.raises(Exception):  # noqa: B017, PT011 - which error it is, the test of small bodies asks
            multipart_store.put("film.mp4", breaking(body_in_parts(multipart_store)))
        assert fetch(multipart_store, "film.mp4") == b"old"

    def test_creating_in_parts_refuses_a_taken_key(self, multipart_store: ObjectStore) -> None:
        multipart_store.put("film.mp4", b"old")
        body = body_in_parts(multipart_store)
        refusal = AlreadyExistsError if multipart_store.traits.atomic_multipart_create else UnsupportedError
        with pytest.raises(refusal):
            multipart_store.put("film.mp4", body, if_absent=True)
        assert fetch(multipart_store, "film.mp4") == b"old"
