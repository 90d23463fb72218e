"""The sink answers as S3 does, as far as the contestants ask: judged by boto3, and by our own probe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from botocore.exceptions import ClientError

from benchmarks.servers.sink import Sink, sink
from benchmarks.values import Unavailable
from medialift.stores import open_store
from medialift.stores.probe import CanBeProbed
from medialift.stores.probe.values import Subject, Verdict
from tests.servers.missing import missing
from tests.servers.s3server import S3Server
from tests.servers.tls import make_certificate

NOT_ITS_BUSINESS = {Subject.CHECKSUM_SHA256, Subject.ETAG_PARTS, Subject.SIGNED_URL}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    folder = tmp_path_factory.mktemp("sink")
    try:
        with sink(folder, make_certificate(folder)) as found:
            yield found
    except Unavailable as error:
        missing(error.what, error.how_to_get_it)


def server(running: Sink, place: str = "near") -> S3Server:
    endpoint = running.endpoints[place]
    return S3Server("sink", endpoint.url, "sink", "sink-secret", ca_file=endpoint.ca_file)


def test_what_is_put_is_listed_and_counted(running: Sink) -> None:
    bucket = running.new_bucket()
    client = server(running).client()
    running.counted(bucket)

    for number in range(3):
        client.put_object(Bucket=bucket, Key=f"a/{number}", Body=b"12345")
    page = client.list_objects_v2(Bucket=bucket)

    assert [(entry["Key"], entry["Size"]) for entry in page["Contents"]] == [("a/0", 5), ("a/1", 5), ("a/2", 5)]
    counted = running.counted(bucket)
    assert (counted.objects, counted.requests) == (3, 4)
    assert running.counted(bucket).requests == 0


def test_a_bucket_is_forgotten(running: Sink) -> None:
    bucket = running.new_bucket()
    server(running).client().put_object(Bucket=bucket, Key="a", Body=b"")

    running.forget(bucket)

    assert running.counted(bucket).objects == 0


def test_folders_are_listed(running: Sink) -> None:
    bucket = running.new_bucket()
    client = server(running).client()
    for key in ("a/1", "a/2", "b/1", "c"):
        client.put_object(Bucket=bucket, Key=key, Body=b"")

    page = client.list_objects_v2(Bucket=bucket, Delimiter="/")

    assert [entry["Prefix"] for entry in page["CommonPrefixes"]] == ["a/", "b/"]
    assert [entry["Key"] for entry in page["Contents"]] == ["c"]


def test_long_listings_come_in_pages_that_miss_nothing(running: Sink) -> None:
    client = server(running).client()

    pages = list(client.get_paginator("list_objects_v2").paginate(Bucket="synthetic-2500"))

    keys = [entry["Key"] for page in pages for entry in page["Contents"]]
    assert [len(page["Contents"]) for page in pages] == [1000, 1000, 500]
    assert len(set(keys)) == 2500
    assert keys == sorted(keys)


@pytest.mark.parametrize("place", ["near", "near-tls", "far-tls"])
def test_every_endpoint_reaches_the_same_objects(running: Sink, place: str) -> None:
    bucket = running.new_bucket()
    server(running).client().put_object(Bucket=bucket, Key="a", Body=b"12345")

    assert server(running, place).client().head_object(Bucket=bucket, Key="a")["ContentLength"] == 5


def test_a_download_gives_zeros(running: Sink) -> None:
    bucket = running.new_bucket()
    running.pretend(bucket, "large", 100_000)

    body = server(running).client().get_object(Bucket=bucket, Key="large", Range="bytes=10-19")["Body"]
    with closing(body):
        assert body.read() == bytes(10)


def test_a_missing_object_is_missing(running: Sink) -> None:
    with pytest.raises(ClientError, match="404"):
        server(running).client().head_object(Bucket=running.new_bucket(), Key="a")


def test_our_probe_takes_it_for_a_good_service(running: Sink) -> None:
    with closing(open_store(server(running).spec(running.new_bucket()))) as store:
        assert isinstance(store, CanBeProbed)
        probed = store.probe()

    assert probed is not None
    bad = {finding.subject for finding in probed.findings if finding.verdict is not Verdict.YES}
    assert bad <= NOT_ITS_BUSINESS
    assert probed.left_behind == ()
