"""A site's storage follows what a probe found of its bucket."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
from django.core.files.base import ContentFile

from medialift.ledger.probes import remember
from medialift.storage import MediaStorage
from medialift.stores.probe import LASTS, CanBeProbed, Probed
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server


@pytest.fixture
def proxy(moto: S3Server) -> Iterator[FaultProxy]:
    with FaultProxy(moto) as proxy:
        yield proxy


@pytest.fixture
def options(proxy: FaultProxy, moto: S3Server) -> dict[str, Any]:
    """A service that nobody knows, and that honours conditions."""
    made = moto.make_bucket()
    return {
        "provider": "s3-compatible",
        "bucket": made,
        "endpoint_url": proxy.server.endpoint_url,
        "access_key_id": proxy.server.access_key_id,
        "secret_access_key": proxy.server.secret_access_key,
    }


def probed(storage: MediaStorage) -> Probed:
    store = storage.store
    assert isinstance(store, CanBeProbed)
    found = store.probe()
    assert found is not None
    return found


def conditions(proxy: FaultProxy) -> list[str | None]:
    return [request.headers.get("if-none-match") for request in proxy.requests if request.operation == "PutObject"]


@pytest.mark.django_db
class TestSaving:
    def test_a_service_that_nobody_knows_is_never_asked_to_create(
        self, options: dict[str, Any], proxy: FaultProxy
    ) -> None:
        assert MediaStorage(**options).save("a.txt", ContentFile(b"x")) != "a.txt"
        assert conditions(proxy) == [None]

    def test_once_it_was_tried_a_file_keeps_its_name_in_one_request(
        self, options: dict[str, Any], proxy: FaultProxy
    ) -> None:
        remember(probed(MediaStorage(**options)))
        proxy.forget()
        storage = MediaStorage(**options)
        assert storage.save("a.txt", ContentFile(b"x")) == "a.txt"
        assert conditions(proxy) == ["*"]
        assert storage.save("a.txt", ContentFile(b"y")) != "a.txt"
        with storage.open("a.txt") as file:
            assert file.read() == b"x"

    def test_a_service_that_ignores_the_condition_is_not_believed_whatever_its_data_says(
        self, rclone: S3Server
    ) -> None:
        options = {
            "provider": "minio",
            "bucket": rclone.make_bucket(),
            "endpoint_url": rclone.endpoint_url,
            "access_key_id": rclone.access_key_id,
            "secret_access_key": rclone.secret_access_key,
        }
        assert MediaStorage(**options).store.traits.atomic_create
        remember(probed(MediaStorage(**options)))
        storage = MediaStorage(**options)
        names = {storage.save("a.txt", ContentFile(body)) for body in (b"x", b"y")}
        assert len(names) == 2
        assert {storage.open(name).read() for name in names} == {b"x", b"y"}

    def test_after_a_month_nothing_is_believed_any_more(self, options: dict[str, Any]) -> None:
        found = probed(MediaStorage(**options))
        remember(dataclasses.replace(found, at=datetime.now(timezone.utc) - LASTS))
        assert MediaStorage(**options).save("a.txt", ContentFile(b"x")) != "a.txt"

    def test_the_database_is_asked_once_and_only_to_create(
        self, options: dict[str, Any], django_assert_num_queries: Any
    ) -> None:
        storage = MediaStorage(**options)
        with django_assert_num_queries(0):
            storage.url("a.txt")
            storage.exists("a.txt")
            storage.listdir("")
            storage.delete("a.txt")
            MediaStorage(**options, overwrite=True).save("b.txt", ContentFile(b"x"))
        with django_assert_num_queries(3) as asked:  # the test's own transaction puts a savepoint around it
            storage.save("a.txt", ContentFile(b"x"))
            storage.save("a.txt", ContentFile(b"x"))
        assert sum("probe" in query["sql"] for query in asked.captured_queries) == 1


def test_where_no_database_may_be_asked_a_file_is_saved_all_the_same(options: dict[str, Any]) -> None:
    assert MediaStorage(**options).save("a.txt", ContentFile(b"x")).startswith("a")


@pytest.mark.django_db
def test_a_site_that_has_not_installed_the_app_is_not_asked(options: dict[str, Any], settings: Any) -> None:
    from django.apps import apps

    remember(probed(MediaStorage(**options)))
    apps.set_installed_apps(["django.contrib.contenttypes"])
    try:
        assert MediaStorage(**options).save("a.txt", ContentFile(b"x")) != "a.txt"
    finally:
        apps.unset_installed_apps()
