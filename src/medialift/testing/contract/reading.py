"""What ``get`` and ``head`` must do."""

from __future__ import annotations

import pytest

from medialift.errors import NotFoundError, PreconditionError, StoreError
from medialift.stores.base import ObjectStore
from medialift.testing.contract.base import ContractBase
from medialift.testing.contract.bodies import fetch, pattern

BODY = pattern(10_000)
MANY_CONNECTIONS = 64


class Reading(ContractBase):
    @pytest.mark.parametrize(
        ("start", "length"),
        [(0, None), (0, 10), (5_000, 10), (9_990, None), (9_990, 100), (0, 10_000), (0, 99_999), (0, 0), (9_999, 1)],
    )
    def test_a_range_comes_back(self, store: ObjectStore, start: int, length: int | None) -> None:
        store.put("cat.jpg", BODY)
        end = None if length is None else start + length
        assert fetch(store, "cat.jpg", start=start, length=length) == BODY[start:end]

    @pytest.mark.parametrize("length", [None, 0, 10])
    @pytest.mark.parametrize("start", [10_000, 10_001, 99_999])
    def test_a_range_past_the_end_is_empty(self, store: ObjectStore, start: int, length: int | None) -> None:
        store.put("cat.jpg", BODY)
        assert fetch(store, "cat.jpg", start=start, length=length) == b""

    @pytest.mark.parametrize(("start", "length"), [(0, None), (0, 10), (7, None)])
    def test_a_range_of_an_empty_object_is_empty(self, store: ObjectStore, start: int, length: int | None) -> None:
        store.put("empty", b"")
        assert fetch(store, "empty", start=start, length=length) == b""

    @pytest.mark.parametrize(("start", "length"), [(0, None), (100, 10), (0, 0), (10_000, None)])
    def test_info_describes_the_whole_object(self, store: ObjectStore, start: int, length: int | None) -> None:
        store.put("cat.jpg", BODY)
        info = store.head("cat.jpg")
        with store.get("cat.jpg", start=start, length=length) as download:
            described = download.info
        assert (described.key, described.size, described.etag) == (info.key, len(BODY), info.etag)

    def test_a_body_is_read_in_pieces(self, store: ObjectStore) -> None:
        store.put("cat.jpg", BODY)
        with store.get("cat.jpg") as download:
            pieces = list(iter(lambda: download.read(777), b""))
            assert download.read(777) == b""
        assert b"".join(pieces) == BODY
        assert max(map(len, pieces)) <= 777

    def test_reading_nothing_does_not_end_the_body(self, store: ObjectStore) -> None:
        store.put("cat.jpg", BODY)
        with store.get("cat.jpg") as download:
            assert (download.read(0), download.read()) == (b"", BODY)

    def test_the_version_that_was_asked_for_is_opened(self, store: ObjectStore) -> None:
        store.put("cat.jpg", BODY)
        with store.get("cat.jpg", start=10, length=10, if_match=store.head("cat.jpg").etag) as download:
            assert download.read() == BODY[10:20]

    def test_another_version_is_not_opened(self, store: ObjectStore) -> None:
        store.put("cat.jpg", BODY)
        etag = store.head("cat.jpg").etag
        store.put("cat.jpg", pattern(10_000, seed=1))
        with pytest.raises(PreconditionError):
            store.get("cat.jpg", if_match=etag)

    def test_a_missing_object_is_not_opened(self, store: ObjectStore) -> None:
        store.put("photos/cat.jpg", BODY)
        for key in ("photos/dog.jpg", "photos", "photos/cat.jpg/tail"):
            with pytest.raises(NotFoundError):
                store.get(key)

    def test_a_missing_object_is_not_described(self, store: ObjectStore) -> None:
        store.put("photos/cat.jpg", BODY)
        for key in ("photos/dog.jpg", "photos", "photos/cat.jpg/tail"):
            with pytest.raises(NotFoundError):
                store.head(key)

    def test_a_closed_download_reads_no_more(self, store: ObjectStore) -> None:
        store.put("cat.jpg", BODY)
        with store.get("cat.jpg") as download:
            download.read(10)
        with pytest.raises((ValueError, StoreError)):
            download.read(10)

    def test_closing_early_frees_the_connection(self, store: ObjectStore) -> None:
        """More downloads than any pool has connections: one that is not freed blocks those behind it."""
        store.put("cat.jpg", BODY)
        for _ in range(MANY_CONNECTIONS):
            store.get("cat.jpg").close()
        assert fetch(store, "cat.jpg") == BODY

    def test_a_download_may_be_closed_twice(self, store: ObjectStore) -> None:
        store.put("cat.jpg", BODY)
        download = store.get("cat.jpg")
        download.close()
        download.close()
        assert fetch(store, "cat.jpg", length=3) == BODY[:3]
