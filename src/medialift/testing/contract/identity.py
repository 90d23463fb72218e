"""What a store must say of itself, of its objects' versions and of its failures."""

from __future__ import annotations

import json
import pickle
from datetime import datetime, timedelta, timezone

import pytest

from medialift.errors import NotFoundError, StoreError
from medialift.stores.base import ObjectStore
from medialift.testing.contract.base import ContractBase
from medialift.testing.contract.bodies import md5, pattern
from medialift.types import ETag


class Identity(ContractBase):
    def test_the_identity_can_be_printed_hashed_and_pickled(self, store: ObjectStore) -> None:
        again = pickle.loads(pickle.dumps(store.identity))
        assert again == store.identity
        assert hash(again) == hash(store.identity)
        assert str(again) == str(store.identity) != ""

    def test_the_identity_stays(self, store: ObjectStore) -> None:
        before = (store.identity, str(store.identity))
        store.put("cat.jpg", b"miau")
        store.delete("cat.jpg")
        assert (store.identity, str(store.identity)) == before

    def test_no_secret_is_printed(self, store: ObjectStore, secrets: tuple[str, ...]) -> None:
        if not secrets:
            pytest.skip("this store was opened without a secret")
        with pytest.raises(NotFoundError) as caught:
            store.head("missing")
        printed = " ".join([repr(store), repr(store.identity), repr(caught.value), json.dumps(caught.value.as_dict())])
        assert [secret for secret in secrets if secret in printed] == []

    def test_the_etag_is_the_md5_where_the_store_says_so(self, store: ObjectStore) -> None:
        if store.traits.etag is ETag.OPAQUE:
            pytest.skip("this store's ETags say nothing about the bytes")
        body = pattern(10_000)
        stored = store.put("cat.jpg", body)
        assert [stored.etag, store.head("cat.jpg").etag] == [md5(body).hex(), md5(body).hex()]

    def test_the_fingerprint_changes_with_the_object(self, store: ObjectStore) -> None:
        store.put("cat.jpg", b"miau")
        first, same = store.head("cat.jpg").fingerprint, store.head("cat.jpg").fingerprint
        store.put("cat.jpg", b"wuff")
        assert first == same != ""
        assert store.head("cat.jpg").fingerprint != first

    def test_the_time_of_the_last_change_is_told(self, store: ObjectStore) -> None:
        store.put("cat.jpg", b"miau")
        modified = store.head("cat.jpg").modified
        assert modified is not None
        assert abs(datetime.now(timezone.utc) - modified) < timedelta(minutes=10)

    @pytest.mark.parametrize("verb", ["get", "head"])
    def test_an_error_says_what_happened(self, store: ObjectStore, verb: str) -> None:
        with pytest.raises(NotFoundError) as caught:
            getattr(store, verb)("missing/cat.jpg")
        error = caught.value
        assert (error.operation, error.key, error.store) == (verb, "missing/cat.jpg", str(store.identity))
        assert isinstance(error, FileNotFoundError)

    def test_an_error_crosses_processes(self, store: ObjectStore) -> None:
        with pytest.raises(StoreError) as caught:
            store.head("missing/cat.jpg")
        again = pickle.loads(pickle.dumps(caught.value))
        assert (type(again), again.as_dict()) == (type(caught.value), caught.value.as_dict())
