from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, IncompleteReadError, ResponseStreamingError

from tests.servers import rules
from tests.servers.proxy import Action, FaultProxy
from tests.servers.rules import when
from tests.servers.s3request import Request
from tests.servers.s3server import S3Server

BROKEN = (ConnectionClosedError, ResponseStreamingError, IncompleteReadError)


@pytest.fixture
def proxy(rclone: S3Server) -> Iterator[FaultProxy]:
    with FaultProxy(rclone) as proxy:
        yield proxy


@pytest.fixture
def bucket(proxy: FaultProxy) -> str:
    bucket = proxy.server.make_bucket()
    proxy.forget()
    return bucket


# ── what passes ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["moto", "rclone", "ceph"])
def test_signed_requests_pass_unchanged(name: str, request: pytest.FixtureRequest) -> None:
    body, key = bytes(range(256)) * 1000, "a/ü b+c%20&é.jpg"
    with FaultProxy(request.getfixturevalue(name)) as proxy:
        bucket, client = proxy.server.make_bucket(), proxy.server.client()

        client.put_object(Bucket=bucket, Key=key, Body=body, ContentType="image/jpeg")

        assert client.get_object(Bucket=bucket, Key=key)["Body"].read() == body
        assert client.head_object(Bucket=bucket, Key=key)["ContentLength"] == len(body)
        assert [item["Key"] for item in client.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
        client.delete_object(Bucket=bucket, Key=key)
        assert "Contents" not in client.list_objects_v2(Bucket=bucket)


def test_requests_are_counted_by_operation(proxy: FaultProxy, bucket: str) -> None:
    client = proxy.server.client()

    client.put_object(Bucket=bucket, Key="a b", Body=b"")
    client.head_object(Bucket=bucket, Key="a b")
    client.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a b"}]})

    assert proxy.operations() == {"PutObject": 1, "HeadObject": 1, "DeleteObjects": 1}
    assert (proxy.count(), proxy.count("PutObject")) == (3, 1)
    assert [request.key for request in proxy.requests] == ["a b", "a b", ""]


def test_many_clients_pass_at_once(proxy: FaultProxy, bucket: str) -> None:
    client = proxy.server.client()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: client.put_object(Bucket=bucket, Key=f"{n}", Body=b"x" * n), range(200)))

    assert proxy.count("PutObject") == 200
    sizes = {item["Key"]: item["Size"] for item in client.list_objects_v2(Bucket=bucket)["Contents"]}
    assert sizes == {f"{n}": n for n in range(200)}


def test_a_chunked_upload_passes(proxy: FaultProxy) -> None:
    connection = http.client.HTTPConnection(urlsplit(proxy.server.endpoint_url).netloc)
    connection.request("PUT", "/", body=iter([b"a", b"bc"]), encode_chunked=True)

    assert connection.getresponse().status >= 400  # unsigned; the point is that the server answered
    connection.close()


def test_no_thread_outlives_the_proxy(rclone: S3Server) -> None:
    before = threading.active_count()
    with FaultProxy(rclone, when(rules.stall(600))) as proxy:
        connection = http.client.HTTPConnection(urlsplit(proxy.server.endpoint_url).netloc)
        connection.request("GET", "/")
    connection.close()

    assert threading.active_count() == before


# ── what breaks ──────────────────────────────────────────────────────────────────────────────


def test_throttling_answers_as_often_as_it_is_told(proxy: FaultProxy, bucket: str) -> None:
    proxy.rules.append(when(rules.slow_down(), operation="PutObject", times=2))
    client = proxy.server.client()

    for _ in range(2):
        with pytest.raises(ClientError, match="SlowDown") as caught:
            client.put_object(Bucket=bucket, Key="key", Body=b"bytes" * 100_000)
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    client.put_object(Bucket=bucket, Key="key", Body=b"bytes")


@pytest.mark.parametrize(("action", "arrives"), [(rules.reset(), False), (rules.lose_answer(), True)])
def test_a_reset_connection_hides_whether_the_server_acted(
    proxy: FaultProxy, bucket: str, action: Action, arrives: bool
) -> None:
    proxy.rules.append(when(action, operation="PutObject"))
    client = proxy.server.client()

    with pytest.raises(BROKEN):
        client.put_object(Bucket=bucket, Key="key", Body=b"bytes")

    assert ("Contents" in client.list_objects_v2(Bucket=bucket)) is arrives


def test_a_download_is_cut_short_of_its_announced_length(proxy: FaultProxy, bucket: str) -> None:
    client = proxy.server.client()
    client.put_object(Bucket=bucket, Key="key", Body=b"x" * 300_000)
    proxy.rules.append(when(rules.cut_download(after=100_000), operation="GetObject"))

    answer = client.get_object(Bucket=bucket, Key="key")

    assert answer["ContentLength"] == 300_000
    with pytest.raises(BROKEN):
        answer["Body"].read()


def test_a_cut_upload_leaves_no_object(ceph: S3Server) -> None:
    with FaultProxy(ceph, when(rules.cut_upload(after=100_000), operation="PutObject")) as proxy:
        bucket, client = proxy.server.make_bucket(), proxy.server.client()

        with pytest.raises(BROKEN):
            client.put_object(Bucket=bucket, Key="key", Body=b"x" * 300_000)

        assert "Contents" not in client.list_objects_v2(Bucket=bucket)


def test_a_cut_chunked_upload_is_not_ended_properly(proxy: FaultProxy) -> None:
    proxy.rules.append(when(rules.cut_upload(after=1)))
    connection = http.client.HTTPConnection(urlsplit(proxy.server.endpoint_url).netloc)

    def exchange() -> None:
        connection.request("PUT", "/", body=iter([b"abc"]), encode_chunked=True)
        connection.getresponse()

    with pytest.raises(ConnectionError):  # the reset may come while the rest is still being sent
        exchange()
    connection.close()


def test_one_bit_changes_on_the_way_down(proxy: FaultProxy, bucket: str) -> None:
    client = proxy.server.client()
    client.put_object(Bucket=bucket, Key="key", Body=b"AAAA")
    proxy.rules.append(when(rules.flip_download(at=2), operation="GetObject"))

    assert client.get_object(Bucket=bucket, Key="key")["Body"].read() == b"AACA"


def test_one_bit_changes_on_the_way_up(proxy: FaultProxy, bucket: str) -> None:
    client = proxy.server.client()
    proxy.rules.append(when(rules.flip_upload(at=0), operation="PutObject"))

    client.put_object(Bucket=bucket, Key="key", Body=b"AAAA")

    assert client.get_object(Bucket=bucket, Key="key")["Body"].read() == b"@AAA"


def test_a_drip_is_slow_and_whole(proxy: FaultProxy, bucket: str) -> None:
    client = proxy.server.client()
    client.put_object(Bucket=bucket, Key="key", Body=b"x" * 1000)
    proxy.rules.append(when(rules.drip(piece=100, pause=0.02), operation="GetObject"))

    started = time.monotonic()
    assert client.get_object(Bucket=bucket, Key="key")["Body"].read() == b"x" * 1000
    assert time.monotonic() - started >= 0.2


def test_rules_skip_and_draw_lots() -> None:
    request, action = Request("GET", "/bucket/key", {}), rules.reset()
    second = when(action, skip=1, times=1)
    half = when(action, chance=0.5, seed=7)

    assert [second(request) is action for _ in range(4)] == [False, True, False, False]
    assert 400 < sum(half(request) is action for _ in range(1000)) < 600
    assert when(action, operation="PutObject")(request) is None
    assert when(action, key="other")(request) is None


# ── the region rule ──────────────────────────────────────────────────────────────────────────


def test_a_signature_for_another_region_is_refused_by_name(moto: S3Server) -> None:
    with FaultProxy(moto, rules.only_region("eu-west-1")) as proxy:
        status, _, body = _ask(proxy, "GET", "/bucket", signed_for="us-east-1")

    assert status == 400
    assert b"<Code>AuthorizationHeaderMalformed</Code>" in body
    assert b"<Region>eu-west-1</Region>" in body


def test_head_tells_the_region_in_a_header(moto: S3Server) -> None:
    with FaultProxy(moto, rules.only_region("eu-west-1")) as proxy:
        status, headers, body = _ask(proxy, "HEAD", "/bucket/key", signed_for="us-east-1")

    assert (status, headers["x-amz-bucket-region"], body) == (301, "eu-west-1", b"")


def test_a_url_signed_for_another_region_is_refused(moto: S3Server) -> None:
    with FaultProxy(moto, rules.only_region("eu-west-1")) as proxy:
        url = urlsplit(proxy.server.client().generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"}))
        status, _, body = _ask(proxy, "GET", f"{url.path}?{url.query}")

    assert status == 400
    assert b"<Region>eu-west-1</Region>" in body


def test_boto3_learns_the_region_from_the_refusal(moto: S3Server) -> None:
    bucket = moto.make_bucket()
    with FaultProxy(moto, rules.only_region("eu-west-1")) as proxy:
        assert proxy.server.client().list_objects_v2(Bucket=bucket)["KeyCount"] == 0

        regions = [request.signed_for for request in proxy.requests]
        assert (regions[0], regions[-1]) == ("us-east-1", "eu-west-1")


def _ask(
    proxy: FaultProxy, method: str, target: str, *, signed_for: str = ""
) -> tuple[int, http.client.HTTPMessage, bytes]:
    scope = f"AWS4-HMAC-SHA256 Credential=KEY/20261120/{signed_for}/s3/aws4_request, SignedHeaders=host, Signature=0"
    connection = http.client.HTTPConnection(urlsplit(proxy.server.endpoint_url).netloc)
    connection.request(method, target, headers={"Authorization": scope} if signed_for else {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body
