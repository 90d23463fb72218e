"""A body in parts: equal parts, bounded memory, and nothing left behind when it fails."""

from __future__ import annotations

import dataclasses
import io
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from medialift.errors import DigestMismatchError, StoreError, TooLargeError
from medialift.providers import load_provider
from medialift.stores.bodies import begin, cut, size_of
from medialift.stores.s3 import S3Store
from medialift.stores.s3.multipart import names_other_md5, part_size_for
from medialift.stores.spec import StoreSpec
from medialift.testing.contract.bodies import OneWay, breaking, one_way, pattern
from medialift.types import Headers
from tests.servers.proxy import FaultProxy
from tests.servers.rules import flip_upload, internal_error, reset, when
from tests.servers.s3server import S3Server
from tests.stores.s3.known import SMALLEST_PART

MIB = 1024 * 1024
LIMITS = load_provider("s3").multipart


def unfinished(server: S3Server, spec: StoreSpec) -> list[Any]:
    return list(server.client().list_multipart_uploads(Bucket=spec.container, Prefix=spec.prefix).get("Uploads", []))


class TestPartSize:
    def test_is_the_default_for_a_body_that_fits(self) -> None:
        assert part_size_for(100 * MIB, 8 * MIB, LIMITS) == 8 * MIB
        assert part_size_for(10_000 * 8 * MIB, 8 * MIB, LIMITS) == 8 * MIB

    def test_grows_so_that_the_parts_are_not_too_many(self) -> None:
        size = 10_000 * 8 * MIB + 1
        grown = part_size_for(size, 8 * MIB, LIMITS)
        assert grown == 9 * MIB
        assert -(-size // grown) <= 10_000

    def test_grows_sooner_where_fewer_parts_are_allowed(self) -> None:
        assert part_size_for(20_000 * MIB, 8 * MIB, load_provider("scaleway").multipart) == 20 * MIB

    def test_is_never_below_the_least_that_the_service_takes(self) -> None:
        assert part_size_for(10 * MIB, MIB, LIMITS) == 5 * MIB

    def test_of_a_stream_of_unknown_size_is_the_default(self) -> None:
        assert part_size_for(None, 8 * MIB, LIMITS) == 8 * MIB

    def test_there_is_none_for_a_body_that_no_parts_can_hold(self) -> None:
        with pytest.raises(TooLargeError):
            part_size_for(51 * 10**12, 8 * MIB, LIMITS)


class TestCutting:
    @pytest.mark.parametrize("head", [b"", b"ab", b"abcd", b"abcdefghij"])
    def test_all_parts_but_the_last_are_equal(self, head: bytes) -> None:
        parts = list(cut(head, cast(BinaryIO, OneWay(b"0123456789", piece=3)), 4))
        assert b"".join(parts) == head + b"0123456789"
        assert {len(part) for part in parts[:-1]} == {4}
        assert 1 <= len(parts[-1]) <= 4

    def test_a_small_body_is_whole_at_once(self) -> None:
        assert begin(b"abc", 3) == (b"abc", None)
        assert begin(one_way(b"abc"), 3) == (b"abc", None)
        assert begin(b"abc", 0) == (b"abc", None)

    def test_of_a_large_body_no_more_than_the_limit_is_read_to_find_out(self) -> None:
        body = one_way(b"abcdef")
        head, rest = begin(body, 3)
        assert rest is not None
        assert body.read() == b"ef"
        assert (head, rest.read()) == (b"", b"abcd")

    def test_the_size_of_what_cannot_seek_is_unknown(self) -> None:
        assert size_of(one_way(b"abc")) is None
        file = io.BytesIO(b"abcdef")
        file.seek(2)
        assert (size_of(file), file.tell()) == (4, 2)


@pytest.mark.parametrize(
    ("etag", "differs"),
    [
        ("0" * 32 + "-2", True),
        ("F" * 32 + "-2", False),
        ("f" * 32 + "-2", False),
        ("f" * 32 + "-3", True),
        ("f" * 32, False),
        ("opaque", False),
        (None, False),
    ],
)
def test_only_an_etag_of_the_same_form_can_name_another_md5(etag: str | None, differs: bool) -> None:
    assert names_other_md5(etag, "f" * 32 + "-2") is differs


class TestFailing:
    BODY = pattern(3 * SMALLEST_PART + 5)

    @pytest.mark.parametrize("fault", [internal_error(), reset()], ids=["error", "reset"])
    def test_a_part_that_fails_aborts_the_upload(
        self, proxy: FaultProxy, boto3_store: S3Store, spec: StoreSpec, moto: S3Server, fault: Any
    ) -> None:
        proxy.rules.append(when(fault, operation="UploadPart", skip=1))
        with pytest.raises(StoreError):
            boto3_store.put("a", self.BODY)
        assert (unfinished(moto, spec), list(boto3_store.list())) == ([], [])

    def test_a_body_that_breaks_aborts_the_upload(self, boto3_store: S3Store, spec: StoreSpec, moto: S3Server) -> None:
        with pytest.raises(Exception, match="the disk of the source has failed"):
            boto3_store.put("a", breaking(self.BODY))
        assert (unfinished(moto, spec), list(boto3_store.list())) == ([], [])

    def test_an_interrupt_aborts_the_upload(
        self, proxy: FaultProxy, boto3_store: S3Store, spec: StoreSpec, moto: S3Server
    ) -> None:
        class Interrupted(io.BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                if self.tell() > 2 * SMALLEST_PART:
                    raise KeyboardInterrupt
                return super().read(size)

        with pytest.raises(KeyboardInterrupt):
            boto3_store.put("a", Interrupted(self.BODY))
        assert proxy.count("UploadPart") > 0
        assert (unfinished(moto, spec), list(boto3_store.list())) == ([], [])

    def test_a_part_that_arrives_as_other_bytes_is_noticed(self, proxy: FaultProxy, boto3_store: S3Store) -> None:
        proxy.rules.append(when(flip_upload(0), operation="UploadPart", skip=1, times=1))
        with pytest.raises(DigestMismatchError) as caught:
            boto3_store.put("a", self.BODY)
        assert (caught.value.operation, caught.value.key) == ("put", "a")
        assert list(boto3_store.list()) == []

    def test_an_abort_that_fails_does_not_hide_the_reason(
        self, proxy: FaultProxy, boto3_store: S3Store, caplog: pytest.LogCaptureFixture
    ) -> None:
        proxy.rules.append(when(internal_error(), operation="AbortMultipartUpload"))
        with pytest.raises(Exception, match="the disk of the source has failed"):
            boto3_store.put("a", breaking(self.BODY))
        assert "could not be aborted" in caplog.text

    def test_more_parts_than_the_service_takes_are_told(self, spec: StoreSpec, moto: S3Server) -> None:
        provider = load_provider("scaleway")
        few = dataclasses.replace(provider, multipart=dataclasses.replace(provider.multipart, max_parts=2))
        traits = dataclasses.replace(provider.traits, part_size=SMALLEST_PART, multipart_threshold=SMALLEST_PART)
        store = S3Store(spec, few, traits=traits)
        with pytest.raises(TooLargeError):
            store.put("a", one_way(self.BODY))
        assert unfinished(moto, spec) == []
        assert store.put("a", io.BytesIO(self.BODY)).part_size == 8 * MIB


def test_every_part_carries_its_md5(proxy: FaultProxy, boto3_store: S3Store) -> None:
    boto3_store.put("a", pattern(2 * SMALLEST_PART), headers=Headers(content_type="video/mp4"))
    parts = [request for request in proxy.requests if request.operation == "UploadPart"]
    assert len(parts) == 2
    assert all("content-md5" in request.headers for request in parts)
    created = next(request for request in proxy.requests if request.operation == "CreateMultipartUpload")
    assert created.headers["content-type"] == "video/mp4"


MEASURE = r"""
import re, sys
from medialift.stores.s3 import S3Store
from medialift.providers import load_provider
from medialift.stores.spec import Credentials, Secret, StoreSpec
import dataclasses, io

class Endless(io.RawIOBase):
    def __init__(self, size): self.left = size
    def readable(self): return True
    def readinto(self, buffer):
        count = min(len(buffer), self.left)
        buffer[:count] = bytes(count)
        self.left -= count
        return count

def peak():  # not getrusage(): a child of a large process starts with its parent's maximum
    return int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]) // 1024

endpoint, bucket, key, secret, bulk = sys.argv[1:]
spec = StoreSpec("s3-compatible", bucket, "memory", endpoint_url=endpoint, credentials=Credentials(key, Secret(secret)))
provider = load_provider("s3-compatible")
traits = dataclasses.replace(provider.traits, part_size=5 * 2**20, multipart_threshold=5 * 2**20)
store = S3Store(spec, provider, traits=traits)
store.put("warm", b"x" * 2**20)
if bulk == "bulk":
    store = store.bulk_lane(connections=4)
store.put("warm", b"x" * 2**20)
store.get("warm").read()
before = peak()
store.put("large", Endless(128 * 2**20))
after_put = peak()
with store.get("large") as download:
    size = sum(len(piece) for piece in iter(lambda: download.read(2**20), b""))
assert size == 128 * 2**20, size
print(after_put - before, peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads a process's peak memory from /proc")
@pytest.mark.parametrize("lane", ["boto3", "bulk"])
def test_a_large_object_is_sent_and_read_in_bounded_memory(rclone: S3Server, lane: str) -> None:
    """128 MiB: 32 MiB of parts in flight, their copies in the driver, and the beginning of the body."""
    bucket = rclone.make_bucket()
    command = [sys.executable, "-c", MEASURE, rclone.endpoint_url, bucket, rclone.access_key_id]
    done = subprocess.run(
        [*command, rclone.secret_access_key, lane], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    put_mib, both_mib = map(int, done.stdout.split())
    assert put_mib <= 72, f"{put_mib} MiB more than before"
    assert both_mib <= 72, f"{both_mib} MiB more than before"
