"""The S3 drivers keep the contract on Supabase's S3 protocol, with every difference from S3 that was measured."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from medialift.errors import ConfigError, CredentialsError, InvalidKeyError, NotFoundError, UnsupportedError
from medialift.stores.base import ObjectStore
from medialift.stores.bucket_configuration import Setting
from medialift.stores.bucket_settings import Silence
from medialift.stores.s3 import S3Store, copying
from medialift.stores.spec import StoreSpec
from medialift.testing.contract.bodies import fetch, keys_of
from medialift.testing.s3_rules.supabase import REGION, ROUTED, as_supabase
from medialift.types import Headers
from tests.servers.proxy import FaultProxy
from tests.servers.rules import short_pages
from tests.servers.s3server import S3Server
from tests.stores.s3.on_server import OnServer


class OnSupabase(OnServer):
    server_fixture = "moto"
    page = 100
    checks_signatures = False

    @pytest.fixture
    def service(self, moto: S3Server) -> Iterator[FaultProxy]:
        with FaultProxy(moto, short_pages(self.page), as_supabase()) as service:
            yield service

    @pytest.fixture
    def server(self, service: FaultProxy) -> S3Server:
        return dataclasses.replace(service.server, provider="supabase-s3", region=REGION)

    @pytest.fixture
    def spec(self, server: S3Server, moto: S3Server, bucket_of: Callable[[S3Server], str]) -> StoreSpec:
        return server.spec(bucket_of(moto), f"some/folder (1) {uuid.uuid4().hex}")


class TestOnSupabase(OnSupabase):
    def test_conditions_that_are_ignored_are_never_relied_upon(self, store: ObjectStore) -> None:
        assert (store.traits.atomic_create, store.traits.atomic_multipart_create) == (False, False)

    def test_nothing_is_called_that_falls_through(
        self, service: FaultProxy, store: S3Store, multipart_store: ObjectStore
    ) -> None:
        """An unknown sub-resource of an object overwrites it, or deletes it."""
        for key in ("a", "b/c"):
            store.put(key, b"miau")
        multipart_store.put("film", b"x" * (11 * 1024 * 1024))
        assert (fetch(store, "a"), store.head("b/c").size, keys_of(store, "b")) == (b"miau", 4, ["b/c"])
        assert list(store.delete_many(["a", "b/c", "film", "missing"])) == []
        store.delete("missing")
        store.make_bucket()
        store.list_folder()
        assert set(service.operations()) <= ROUTED

    def test_settings_that_the_service_has_not_are_never_asked_for(self, service: FaultProxy, store: S3Store) -> None:
        """Put, one is taken for a bucket; deleted, it takes the bucket with it."""
        store.put("a", b"miau")
        service.forget()
        told = store.bucket_settings()
        assert {getattr(told, field.name) for field in dataclasses.fields(told)} == {Silence.NOT_IMPLEMENTED}
        for setting in Setting:
            with pytest.raises(UnsupportedError, match="no such setting"):
                store.configuration(setting)
            with pytest.raises(UnsupportedError):
                store.configure(setting, {})
        with pytest.raises(UnsupportedError):
            store.keeps_versions()
        with pytest.raises(UnsupportedError):
            list(store.versions())
        assert service.count() == 0

    def test_copies_find_a_source_that_needs_quoting(
        self, store: S3Store, monkeypatch: pytest.MonkeyPatch, service: FaultProxy
    ) -> None:
        store.put("a b (1).jpg", b"miau" * 2_000_000)
        etag = str(store.head("a b (1).jpg").etag)
        for target, limit in (("one.jpg", copying.COPY_LIMIT), ("two.jpg", 6 * 1024**2)):
            monkeypatch.setattr(copying, "COPY_LIMIT", limit)
            monkeypatch.setattr(copying, "PART_SIZE", 6 * 1024**2)
            store.copy_within("a b (1).jpg", target, size=8_000_000, if_match=etag, headers=Headers())
            assert store.head(target).size == 8_000_000
        assert service.count("CopyObject") == 1
        assert set(service.operations()) <= ROUTED

    def test_errors_in_a_namespace_are_read(self, store: ObjectStore, spec: StoreSpec) -> None:
        with pytest.raises(NotFoundError, match="NoSuchKey"):
            store.get("missing")
        in_another_region = self.open(dataclasses.replace(spec, region="eu-west-3"))
        with pytest.raises(CredentialsError):
            in_another_region.put("a", b"1")
        in_another_region.close()

    def test_a_prefix_that_the_service_refuses_is_refused_when_the_store_is_opened(self, spec: StoreSpec) -> None:
        with pytest.raises(ConfigError, match="prefix"):
            self.open(dataclasses.replace(spec, prefix="médias"))

    def test_a_name_outside_the_alphabet_is_refused_before_it_is_sent(
        self, service: FaultProxy, store: ObjectStore
    ) -> None:
        service.forget()
        with pytest.raises(InvalidKeyError):
            store.put("été.jpg", b"1")
        assert service.count() == 0


@pytest.mark.prove
class TestBulkOnSupabase(OnSupabase):
    def open(self, spec: StoreSpec, **changes: Any) -> ObjectStore:
        return self.open_boto3(spec, **changes).bulk_lane(connections=8)
