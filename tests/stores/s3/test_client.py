"""The client's settings, where each line is a service that failed without it."""

from __future__ import annotations

import dataclasses
import os
import pickle
import threading
from types import MappingProxyType
from typing import Any

import pytest
from botocore import handlers
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.utils import parse_timestamp

from medialift.errors import ConfigError, CredentialsError
from medialift.providers import load_provider, provider_ids
from medialift.stores import open_store
from medialift.stores.s3 import S3Store
from medialift.stores.s3.client import ClientSource, _sdk_data
from medialift.stores.s3.listing import parse_time
from medialift.stores.spec import Credentials, Secret, StoreSpec
from medialift.testing.contract.processes import WORKS, exit_code_in_child
from tests.servers.proxy import FaultProxy

KEYS = Credentials("key", Secret("the-secret"))


def source(provider: str = "minio", **fields: Any) -> ClientSource:
    given = {"endpoint_url": "https://storage.example.org", "region": "us-east-1", "credentials": KEYS, **fields}
    return ClientSource(StoreSpec(provider, "media", **given), load_provider(provider))


def sent_headers(source: ClientSource, method: str, **parameters: Any) -> dict[str, str]:
    """What would be sent; nothing is."""
    seen: dict[str, str] = {}

    class StopError(Exception):
        pass

    def stop(request: Any, **_: Any) -> None:
        seen.update({name.lower(): _text(value) for name, value in request.headers.items()})
        raise StopError

    client = source.client()
    client.meta.events.register("before-send.s3", stop)
    with pytest.raises(StopError):
        getattr(client, method)(Bucket="media", **parameters)
    return seen


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


@pytest.mark.parametrize("provider", provider_ids())
def test_a_put_over_tls_is_plain_signed_and_checksummed_for_every_provider(provider: str) -> None:
    headers = sent_headers(source(provider), "put_object", Key="a", Body=b"x", ContentMD5="nd1OYSaMgDT1yFZOFVxnpg==")
    assert headers["x-amz-content-sha256"].startswith("2d711642b726b044")
    assert "aws-chunked" not in headers.get("content-encoding", "")
    assert not [name for name in headers if name.startswith(("x-amz-trailer", "x-amz-sdk-checksum", "x-amz-checksum"))]


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "eu-central-1"])
def test_amazon_is_spoken_to_in_the_region_itself(region: str) -> None:
    there = source("s3", region=region, endpoint_url=None)
    assert there.endpoint_url() == f"https://s3.{region}.amazonaws.com"


def test_the_environment_moves_no_store_to_another_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://elsewhere.example.org")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://elsewhere.example.org")
    assert source("s3", region="eu-west-1", endpoint_url=None).endpoint_url() == "https://s3.eu-west-1.amazonaws.com"


def test_the_environment_changes_no_checksums(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "when_supported")
    headers = sent_headers(source(), "put_object", Key="a", Body=b"x")
    assert "x-amz-trailer" not in headers


def test_the_region_comes_from_the_platform_if_the_spec_names_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    assert source("s3", region=None, endpoint_url=None).place.region == "sa-east-1"


def test_settings_reach_the_client() -> None:
    given = MappingProxyType({"connect_timeout": 1.5, "read_timeout": 9, "max_attempts": 2, "max_pool_connections": 3})
    config: Any = source(client=given).client().meta.config
    assert (config.connect_timeout, config.read_timeout, config.max_pool_connections) == (1.5, 9, 3)
    assert config.retries == {"mode": "standard", "total_max_attempts": 2}


def test_an_unknown_setting_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"unknown client setting colour\n.*connect_timeout"):
        source(client=MappingProxyType({"colour": "red"}))


def test_an_unknown_profile_is_a_clear_error() -> None:
    with pytest.raises(CredentialsError, match="no-such-profile"):
        source(profile="no-such-profile", credentials=None).client()


def test_no_credentials_at_all_are_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    store = open_store(StoreSpec("minio", "media", endpoint_url="http://127.0.0.1:9"))
    assert isinstance(store, S3Store)
    for lane in (store, store.bulk_lane(connections=1)):
        with pytest.raises(CredentialsError) as caught:
            lane.put("a", b"x")
        assert (caught.value.operation, caught.value.key) == ("put", "a")


@pytest.mark.parametrize("token", ["token\n", "to\r\nken", "tök"])
def test_a_token_that_no_header_can_hold_is_not_sent_and_not_shown(token: str) -> None:
    keys = Credentials("some", Secret("secret"), Secret(token))
    store = open_store(StoreSpec("minio", "media", endpoint_url="http://127.0.0.1:9", credentials=keys))
    assert isinstance(store, S3Store)
    with pytest.raises(CredentialsError, match="copy it anew") as caught:
        store.bulk_lane(connections=1).put("a", b"x")
    assert token not in str(caught.value)


def parsed(body: bytes, operation: str) -> dict[str, Any]:
    """What the client's handlers make of an answer with status 200 before it is parsed."""
    client: Any = source().client()
    response, answer = {"body": body, "status_code": 200, "headers": {}}, dict[str, Any]()
    model = client.meta.service_model.operation_model(operation)
    event = f"before-parse.s3.{operation}"
    client.meta.events.emit(event, operation_model=model, response_dict=response, customized_response_dict=answer)
    return {**response, **answer}


@pytest.mark.parametrize("operation", ["ListObjectsV2", "CopyObject", "CompleteMultipartUpload"])
def test_an_error_in_disguise_is_found(operation: str) -> None:
    error = b"<Error><Code>InternalError</Code></Error>"
    assert parsed(error, operation)["status_code"] == 500


def test_it_is_not_looked_for_in_what_was_read_already(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[bytes] = []
    monkeypatch.setattr(handlers, "_looks_like_special_case_error", lambda status, body: looked.append(body))
    entry = (
        b"<Contents><Key>a%20b</Key><LastModified>2026-01-02T03:04:05Z</LastModified>"
        b"<ETag>x</ETag><Size>1</Size></Contents>"
    )
    body = b"<ListBucketResult>" + 3 * entry + b"</ListBucketResult>"
    assert len(parsed(body, "ListObjectsV2")["Contents"]) == 3
    assert looked == [b"<ListBucketResult></ListBucketResult>"]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T23:55:33Z",
        "2026-11-20T23:55:33.000Z",
        "2026-11-20T23:55:33.123456789Z",
        "Fri, 20 Nov 2026 23:55:33 GMT",
        "2026-11-20T23:55:33+02:00",
        1763682933,
    ],
)
def test_a_timestamp_means_what_the_sdk_reads_in_it(text: Any) -> None:
    assert parse_time(text) == parse_timestamp(text)
    assert parse_time(text).tzinfo is not None


class TestSession:
    def test_what_one_store_listens_to_no_other_one_hears(self) -> None:
        one, other = source(), source()
        one.client()
        with one.service("sts") as sts:
            sts.meta.events.register("before-send.*", lambda **_: pytest.fail("another store's request"))
        heard: list[str] = []
        one._own.session.register("before-call.s3", lambda **_: heard.append("one"))  # type: ignore[union-attr]
        sent_headers(other, "list_objects_v2")
        assert heard == []

    def test_services_are_known_without_a_look_into_each(self) -> None:
        names = _sdk_data().list_available_services("service-2")
        assert {"s3", "sts", "iam", "sso"} <= set(names) == set(Loader().list_available_services("service-2"))
        with pytest.raises(UnknownServiceError):
            _sdk_data().load_service_model("no-such-service", "service-2")


class TestProcesses:
    def test_one_client_serves_all_threads(self) -> None:
        there = source()
        seen: list[object] = []
        threads = [threading.Thread(target=lambda: seen.append(there.client())) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {id(client) for client in seen} == {id(there.client())}

    def test_a_child_makes_its_own_client(self) -> None:
        there = source()
        parents = there.client()
        assert exit_code_in_child(lambda: there.client() is not parents, 20) == WORKS
        assert there.client() is parents

    def test_a_child_of_a_busy_parent_is_not_locked_out(self, boto3_store: S3Store) -> None:
        boto3_store.put("a", b"x")
        with boto3_store.source._own.lock:
            assert exit_code_in_child(lambda: boto3_store.head("a").size == 1, 20) == WORKS

    def test_a_store_refuses_to_be_pickled(self, boto3_store: S3Store) -> None:
        for store in (boto3_store, boto3_store.bulk_lane(connections=1)):
            with pytest.raises(TypeError, match="alias"):
                pickle.dumps(store)


class TestUnlisted:
    def test_a_folder_marker_is_no_object_and_is_told(self, boto3_store: S3Store, spec: StoreSpec) -> None:
        boto3_store.put("photos/cat.jpg", b"x")
        for marker in (f"{spec.prefix}/photos/", f"{spec.prefix}/"):
            boto3_store.client.put_object(Bucket=spec.container, Key=marker, Body=b"")
        assert [info.key for info in boto3_store.list()] == ["photos/cat.jpg"]
        assert [info.key for info in boto3_store.list_folder("photos").objects] == ["photos/cat.jpg"]
        assert [entry.place for entry in boto3_store.unlisted()] == [f"{spec.prefix}/", f"{spec.prefix}/photos/"]


def test_object_parameters_go_with_every_new_object(proxy: FaultProxy, spec: StoreSpec) -> None:
    defaults = MappingProxyType({"CacheControl": "max-age=5", "StorageClass": "STANDARD_IA", "ACL": "private"})
    store = S3Store(dataclasses.replace(spec, object_parameters=defaults), load_provider(spec.provider))
    for lane in (store, store.bulk_lane(connections=1)):
        lane.put("a", b"x")
        sent = proxy.requests[-1].headers
        assert (sent["cache-control"], sent["x-amz-storage-class"], sent["x-amz-acl"]) == (
            "max-age=5",
            "STANDARD_IA",
            "private",
        )
