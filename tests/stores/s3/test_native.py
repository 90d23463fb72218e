"""The obstore client: what it would guess is said, and what it cannot survive is refused."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import textwrap
from datetime import timedelta
from types import MappingProxyType

import pytest

from medialift.errors import DigestMismatchError, UnavailableError
from medialift.providers import load_provider
from medialift.stores.client_settings import ClientSettings
from medialift.stores.s3 import S3Store
from medialift.stores.s3.native import client_options
from medialift.stores.spec import StoreSpec
from medialift.testing.contract.processes import REFUSES, exit_code_in_child
from medialift.types import Headers
from tests.servers.proxy import FaultProxy
from tests.servers.rules import flip_upload, stall, when
from tests.servers.s3server import S3Server
from tests.stores.s3.conftest import open_on_moto


class TestFork:
    def test_a_new_store_in_a_child_is_refused_too(self, boto3_store: S3Store) -> None:
        boto3_store.bulk_lane(connections=1).put("a", b"x")

        def open_another() -> bool:
            boto3_store.bulk_lane(connections=1)
            return False

        assert exit_code_in_child(open_another, 20) == REFUSES

    @pytest.mark.parametrize("verb", ["get", "head", "delete", "list"])
    def test_every_verb_is_refused_in_a_child(self, boto3_store: S3Store, verb: str) -> None:
        bulk = boto3_store.bulk_lane(connections=1)
        bulk.put("a", b"x")

        def call() -> bool:
            list(bulk.list()) if verb == "list" else getattr(bulk, verb)("a")
            return False

        assert exit_code_in_child(call, 20) == REFUSES

    def test_the_boto3_store_of_the_same_place_works_in_a_child(self, boto3_store: S3Store) -> None:
        boto3_store.bulk_lane(connections=1).put("a", b"x")
        assert exit_code_in_child(lambda: boto3_store.head("a").size == 1, 20) == 0

    def test_a_child_may_use_what_its_parent_has_only_opened(self, rclone: S3Server) -> None:
        script = textwrap.dedent(
            """
            import os, sys
            from medialift.stores import open_store
            from medialift.stores.spec import Credentials, Secret, StoreSpec
            endpoint, bucket, key, secret = sys.argv[1:]
            keys = Credentials(key, Secret(secret))
            spec = StoreSpec("s3-compatible", bucket, endpoint_url=endpoint, credentials=keys)
            bulk = open_store(spec).bulk_lane(connections=1)
            child = os.fork()
            bulk.put("child" if child == 0 else "parent", b"x")
            if child == 0:
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
            print(sorted(info.key for info in bulk.list()))
            """
        )
        arguments = [rclone.endpoint_url, rclone.make_bucket(), rclone.access_key_id, rclone.secret_access_key]
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.stdout.strip() == "['child', 'parent']", done.stderr


class TestWhatItWouldGuess:
    def test_requests_are_signed_whatever_the_environment_says(
        self, proxy: FaultProxy, spec: StoreSpec, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")
        monkeypatch.setenv("AWS_UNSIGNED_PAYLOAD", "true")
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        open_on_moto(spec).bulk_lane(connections=1).put("a", b"x")
        headers = proxy.requests[-1].headers
        assert headers["authorization"].startswith("AWS4-HMAC-SHA256")
        assert headers["x-amz-content-sha256"].startswith("2d711642b726b044")

    def test_a_content_type_is_always_sent(self, proxy: FaultProxy, boto3_store: S3Store) -> None:
        bulk = boto3_store.bulk_lane(connections=1)
        bulk.put("a", b"x")
        assert proxy.requests[-1].headers["content-type"] == "application/octet-stream"
        bulk.put("a", b"x", headers=Headers(content_type="image/avif"))
        assert proxy.requests[-1].headers["content-type"] == "image/avif"

    def test_the_driver_is_really_used(self, proxy: FaultProxy, boto3_store: S3Store) -> None:
        bulk = boto3_store.bulk_lane(connections=1)
        bulk.put("a", b"x", headers=Headers(metadata={"album": "cats"}))
        bulk.get("a").read()
        bulk.head("a")
        assert {request.headers["user-agent"].partition("/")[0] for request in proxy.requests} == {"object_store"}

    @pytest.mark.parametrize(
        ("key", "headers"),
        [
            ("a//b", Headers()),
            ("a\tb", Headers()),
            ("a", Headers(content_disposition='inline; filename="é"')),
            ("a", Headers(metadata={"content-type": "odd"})),
        ],
    )
    def test_what_it_cannot_carry_takes_the_other_lane(
        self, proxy: FaultProxy, boto3_store: S3Store, key: str, headers: Headers
    ) -> None:
        boto3_store.bulk_lane(connections=1).put(key, b"x", headers=headers)
        assert "object_store" not in proxy.requests[-1].headers["user-agent"]
        assert boto3_store.head(key).headers.metadata == headers.metadata

    def test_a_store_in_a_virtual_host_is_found_there(self, moto: S3Server, spec: StoreSpec) -> None:
        port = moto.endpoint_url.rpartition(":")[2]
        virtual = dataclasses.replace(
            spec, endpoint_url=f"http://localhost:{port}", addressing_style="virtual", container=spec.container
        )
        source = S3Store(virtual, load_provider("s3-compatible")).source
        assert source.place.bucket_url(source.endpoint_url()) == f"http://{spec.container}.localhost:{port}"


class TestTimeouts:
    def test_a_service_that_says_nothing_is_given_up(self, proxy: FaultProxy, spec: StoreSpec) -> None:
        impatient = MappingProxyType({"max_attempts": 1, "read_timeout": 0.5})
        bulk = open_on_moto(dataclasses.replace(spec, client=impatient)).bulk_lane(connections=1)
        bulk.put("a", b"x")
        proxy.rules.append(when(stall(8), operation="GetObject"))
        with pytest.raises(UnavailableError):
            bulk.get("a").read()

    def test_settings_are_those_of_the_other_driver(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        ca_file = tmp_path_factory.mktemp("ca") / "ca.pem"
        ca_file.write_bytes(b"pem")
        settings = ClientSettings(connect_timeout=2, read_timeout=9, verify=str(ca_file), proxies={"https": "http://p"})
        options = client_options(settings, "https://h", 7, timedelta(seconds=5))
        assert options == {
            "allow_http": False,
            "timeout": timedelta(seconds=5),
            "connect_timeout": timedelta(seconds=2),
            "read_timeout": timedelta(seconds=9),
            "pool_max_idle_per_host": "7",
            "root_certificate": b"pem",
            "proxy_url": "http://p",
        }
        careless = client_options(ClientSettings(verify=False), "http://h", 1, timedelta(seconds=5))
        assert (careless["allow_invalid_certificates"], careless["allow_http"]) == (True, True)


def test_a_body_that_arrives_as_other_bytes_is_noticed(proxy: FaultProxy, boto3_store: S3Store) -> None:
    proxy.rules.append(when(flip_upload(1), operation="PutObject", times=2))
    for store in (boto3_store.bulk_lane(connections=1), boto3_store):
        with pytest.raises(DigestMismatchError, match="arrived as other bytes") as caught:
            store.put("a", b"bytes")
        assert caught.value.etag == boto3_store.head("a").etag, "the error tells which object it has left behind"


def test_a_private_authority_is_trusted_where_the_settings_name_it(ceph_tls: S3Server) -> None:
    spec = ceph_tls.spec(ceph_tls.make_bucket())
    provider = load_provider("ceph")
    # In a bucket without versions this Ceph does keep the condition, as a probe would have found.
    probed = dataclasses.replace(provider.traits, atomic_create=True)
    bulk = S3Store(spec, provider, traits=probed).bulk_lane(connections=1)
    bulk.put("a", b"over TLS", if_absent=True)
    assert bulk.get("a").read() == b"over TLS"
    stranger = dataclasses.replace(spec, client=MappingProxyType({"max_attempts": 1}))
    with pytest.raises(UnavailableError):
        S3Store(stranger, load_provider("ceph")).bulk_lane(connections=1).put("a", b"x")
