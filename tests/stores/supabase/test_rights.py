"""What each key may do, and what the store says where the service does not tell "hidden" from "absent"."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from medialift.errors import AccessDeniedError, BucketNotFoundError, NotFoundError
from medialift.stores.spec import StoreSpec
from medialift.stores.supabase import SupabaseStore
from medialift.testing.contract.bodies import fetch, keys_of
from medialift.testing.supabase import SupabaseServer, everybody, own_folder
from tests.stores.supabase.conftest import anon_keys, keys_of_user, opened

ME = "aaaaaaaa-2222-3333-4444-555555555555"


class TestWrongNames:
    def test_a_bucket_that_differs_in_case_is_named(self, supabase: SupabaseServer, spec: StoreSpec) -> None:
        supabase.project.make_bucket("Photos-Of-Cats")
        store = opened(spec, container="photos-of-cats")
        for call in (lambda: store.put("a", b"1"), lambda: store.get("a"), lambda: keys_of(store)):
            with pytest.raises(BucketNotFoundError) as caught:
                call()
            assert "'Photos-Of-Cats'" in caught.value.hint
        store.close()

    def test_a_bucket_is_made_once(self, spec: StoreSpec) -> None:
        store = opened(spec, container=f"made-{uuid.uuid4().hex[:8]}")
        store.make_bucket()
        store.make_bucket()
        assert not store.bucket().public
        store.close()


class TestWithTheAnonKey:
    @pytest.fixture
    def anybody(self, supabase: SupabaseServer, store: SupabaseStore, spec: StoreSpec) -> Iterator[SupabaseStore]:
        store.put("a", b"miau")
        anybody = opened(spec, api_keys=anon_keys(supabase.project))
        yield anybody
        anybody.close()
        supabase.project.policies.clear()

    @pytest.fixture
    def public(self, supabase: SupabaseServer, bucket: str) -> None:
        supabase.project.make_bucket(bucket, public=True)

    @pytest.mark.usefixtures("public")
    def test_a_public_bucket_can_be_read(self, anybody: SupabaseStore) -> None:
        assert fetch(anybody, "a") == b"miau"
        assert anybody.head("a").size == 4

    @pytest.mark.usefixtures("public")
    def test_what_a_public_bucket_does_not_hold_is_missing(self, anybody: SupabaseStore) -> None:
        for call in (lambda: anybody.head("b"), lambda: anybody.get("b")):
            with pytest.raises(NotFoundError):
                call()

    @pytest.mark.parametrize("key", ["a", "missing"])
    def test_a_private_bucket_is_told_as_such_and_never_as_a_missing_file(
        self, anybody: SupabaseStore, key: str
    ) -> None:
        for call in (lambda: anybody.head(key), lambda: anybody.get(key)):
            with pytest.raises(AccessDeniedError, match="is private") as caught:
                call()
            assert "SUPABASE_SERVICE_KEY" in caught.value.hint

    def test_a_missing_bucket_may_be_private(self, supabase: SupabaseServer, spec: StoreSpec) -> None:
        store = opened(spec, container="nope", api_keys=anon_keys(supabase.project))
        with pytest.raises(BucketNotFoundError) as caught:
            store.get("a")
        assert "or it is private" in caught.value.hint
        store.close()

    def test_an_empty_listing_is_not_believed(self, anybody: SupabaseStore) -> None:
        with pytest.raises(AccessDeniedError, match="came empty"):
            keys_of(anybody)

    def test_a_listing_that_a_policy_allows_is(self, supabase: SupabaseServer, anybody: SupabaseStore) -> None:
        supabase.project.policies.append(everybody(anybody.place.bucket))
        assert keys_of(anybody) == ["a"]

    def test_writing_is_refused_and_names_the_service_key(self, anybody: SupabaseStore) -> None:
        for call in (lambda: anybody.put("b", b"1"), lambda: anybody.make_bucket()):
            with pytest.raises(AccessDeniedError) as caught:
                call()
            assert "SUPABASE_SERVICE_KEY" in caught.value.hint


class TestWithAUsersToken:
    @pytest.fixture
    def user(self, supabase: SupabaseServer, store: SupabaseStore, spec: StoreSpec) -> Iterator[SupabaseStore]:
        store.put("others/x", b"1")
        user = opened(spec, api_keys=keys_of_user(supabase.project, ME))
        yield user
        user.close()
        supabase.project.policies.clear()

    def allow(self, supabase: SupabaseServer, user: SupabaseStore, *operations: str) -> None:
        supabase.project.policies.append(own_folder(user.place.bucket, frozenset(operations)))

    def test_all_rights_give_all_verbs_in_the_own_folder(self, supabase: SupabaseServer, user: SupabaseStore) -> None:
        self.allow(supabase, user, "select", "insert", "update", "delete")
        user.put(f"{ME}/a", b"1")
        user.put(f"{ME}/a", b"22")
        assert (fetch(user, f"{ME}/a"), keys_of(user)) == (b"22", [f"{ME}/a"])
        assert list(user.delete_many([f"{ME}/a", f"{ME}/missing"])) == []
        assert keys_of(user) == []

    def test_who_may_only_add_can_add(
        self, supabase: SupabaseServer, user: SupabaseStore, store: SupabaseStore
    ) -> None:
        self.allow(supabase, user, "insert")
        stored = user.put(f"{ME}/a", b"1")
        assert (stored.size, stored.etag) == (1, None), "what may not be read is not claimed"
        assert store.head(f"{ME}/a").size == 1
        with pytest.raises(AccessDeniedError):
            user.put(f"{ME}/a", b"2")

    def test_large_bodies_need_no_more_rights(
        self, supabase: SupabaseServer, user: SupabaseStore, store: SupabaseStore
    ) -> None:
        self.allow(supabase, user, "insert")
        user.put(f"{ME}/film", b"x" * (7 * 1024 * 1024))
        assert store.head(f"{ME}/film").size == 7 * 1024 * 1024

    def test_what_is_others_is_as_if_absent_and_cannot_be_deleted(
        self, supabase: SupabaseServer, user: SupabaseStore, store: SupabaseStore
    ) -> None:
        self.allow(supabase, user, "select", "insert", "update", "delete")
        with pytest.raises(NotFoundError):
            user.get("others/x")
        with pytest.raises(AccessDeniedError):
            user.delete("others/x")
        with pytest.raises(AccessDeniedError):
            user.put("others/x", b"2")
        assert fetch(store, "others/x") == b"1"

    def test_a_batch_that_deletes_nothing_in_silence_is_noticed(
        self, supabase: SupabaseServer, user: SupabaseStore
    ) -> None:
        self.allow(supabase, user, "select", "insert")
        user.put(f"{ME}/kept", b"1")
        errors = list(user.delete_many([f"{ME}/kept", f"{ME}/missing"]))
        assert [(type(error), error.key) for error in errors] == [(AccessDeniedError, f"{ME}/kept")]
        assert "DELETE" in errors[0].hint

    def test_an_empty_folder_is_an_empty_folder(self, supabase: SupabaseServer, user: SupabaseStore) -> None:
        self.allow(supabase, user, "select")
        assert keys_of(user, ME) == []
