"""What a browser may store with a signed request, and the copy that follows it."""

from __future__ import annotations

import base64
import json
import os
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest

from medialift.errors import NotFoundError, PreconditionError
from medialift.providers import load_provider
from medialift.stores.base import ObjectStore, capability
from medialift.stores.s3 import S3Store, copying
from medialift.stores.sigv4 import SigningKey
from medialift.stores.spec import Credentials, Secret, StoreSpec
from medialift.stores.uploading import Copies, DirectUpload, UploadRequest
from medialift.stores.wrappers.readonly import ReadOnlyStore
from medialift.types import Headers
from tests.servers.s3server import S3Server
from tests.stores.s3.conftest import BucketOf

HOUR = timedelta(hours=1)
DATA = b"seven!!"


def sent(request: UploadRequest, data: bytes, **changes: str) -> int:
    """The status that a browser gets which sends *data*, with *changes* to the form or the headers."""
    # Without a type of ours, Python's client calls every body a form, which browsers do not.
    headers = {"Content-Type": "application/octet-stream", **request.headers, **changes}
    if request.method == "POST":
        boundary = uuid.uuid4().hex
        fields = {**request.fields, **changes}
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        file = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
        data = "".join([*parts, file]).encode() + data + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    asked = urllib.request.Request(request.url, data=data, headers=headers, method=request.method)
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.fixture(params=["ceph POST", "ceph PUT", "moto PUT"])
def store(request: pytest.FixtureRequest, bucket_of: BucketOf) -> Any:
    name, method = request.param.split()
    server: S3Server = request.getfixturevalue(name)
    provider = "ceph" if method == "POST" else "s3-compatible"
    with_prefix = server.spec(bucket_of(server), f"media/{uuid.uuid4().hex}", provider=provider)
    opened = S3Store(with_prefix, load_provider(provider))
    assert asked(opened).method == method
    yield opened
    opened.close()


def asked(store: ObjectStore, key: str = "a b.jpg", **wishes: Any) -> UploadRequest:
    ability = capability(store, DirectUpload)
    assert ability is not None
    return ability.upload_request(key, **{"size": 7, "content_type": "image/jpeg", "expires": HOUR, **wishes})


@pytest.fixture
def checks_signatures(request: pytest.FixtureRequest) -> None:
    if "moto" in request.node.name:
        pytest.skip("moto looks at no signature")


def test_the_file_arrives_with_the_signed_type(store: S3Store) -> None:
    assert sent(asked(store), DATA) in (200, 204)
    found = store.head("a b.jpg")
    assert (found.size, found.headers.content_type) == (7, "image/jpeg")


@pytest.mark.usefixtures("checks_signatures")
@pytest.mark.parametrize("data", [b"", b"six!!!", b"eight!!!", DATA * 1000])
def test_another_size_is_refused(store: S3Store, data: bytes) -> None:
    assert 400 <= sent(asked(store), data) < 500
    with pytest.raises(NotFoundError):
        store.head("a b.jpg")


@pytest.mark.usefixtures("checks_signatures")
def test_another_type_key_or_time_is_refused(store: S3Store) -> None:
    request = asked(store)
    assert sent(request, DATA, **{"Content-Type": "text/html"}) in (400, 403)
    if request.method == "POST":
        assert sent(request, DATA, key="elsewhere.jpg") in (400, 403)
    else:
        elsewhere = UploadRequest("PUT", request.url.replace("a%20b", "c"), headers=request.headers)
        assert sent(elsewhere, DATA) == 403
    past = datetime.now(timezone.utc) - timedelta(hours=2)
    assert sent(asked(store, now=past), DATA) in (400, 403)
    assert list(store.list()) == []


def test_a_copy_has_new_headers_and_is_of_that_version(store: S3Store) -> None:
    store.put("from", DATA, headers=Headers(content_type="text/html"))
    etag = store.head("from").etag
    assert etag is not None
    copies = capability(store, Copies)
    assert copies is not None
    copies.copy_within("from", "x/to.jpg", size=7, if_match=etag, headers=Headers(content_type="image/jpeg"))
    assert store.head("x/to.jpg").headers.content_type == "image/jpeg"
    with store.get("x/to.jpg") as download:
        assert download.read() == DATA
    store.put("from", b"another")
    with pytest.raises(PreconditionError):
        copies.copy_within("from", "x/other.jpg", size=7, if_match=etag, headers=Headers())
    with pytest.raises(NotFoundError):
        copies.copy_within("missing", "x/other.jpg", size=7, if_match=etag, headers=Headers())
    assert [info.key for info in store.list("x")] == ["x/to.jpg"]


def test_a_large_object_is_copied_in_parts(store: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "COPY_LIMIT", 5 * 1024**2)
    monkeypatch.setattr(copying, "PART_SIZE", 5 * 1024**2)
    large = os.urandom(6 * 1024**2)
    store.put("from", large)
    etag = str(store.head("from").etag)
    store.copy_within("from", "to", size=len(large), if_match=etag, headers=Headers(content_type="video/mp4"))
    assert store.head("to").headers.content_type == "video/mp4"
    with store.get("to") as download:
        assert download.read() == large
    store.put("from", os.urandom(6 * 1024**2))
    with pytest.raises(PreconditionError):
        store.copy_within("from", "other", size=len(large), if_match=etag, headers=Headers())
    assert [info.key for info in store.list()] == ["from", "to"]


def test_a_copy_gets_what_every_object_of_the_site_gets(moto: S3Server, bucket_of: BucketOf) -> None:
    sites = MappingProxyType({"Tagging": "kind=media", "StorageClass": "STANDARD_IA", "Metadata": {"by": "site"}})
    spec = moto.spec(bucket_of(moto), uuid.uuid4().hex, object_parameters=sites)
    store = S3Store(spec, load_provider(spec.provider))
    moto.client().put_object(Bucket=spec.container, Key=f"{spec.prefix}/from", Body=DATA)
    store.copy_within(
        "from", "to", size=7, if_match=str(store.head("from").etag), headers=Headers(content_type="image/png")
    )
    made = moto.client().head_object(Bucket=spec.container, Key=f"{spec.prefix}/to")
    assert (made["StorageClass"], made["Metadata"], made["ContentType"]) == ("STANDARD_IA", {"by": "site"}, "image/png")
    tags = moto.client().get_object_tagging(Bucket=spec.container, Key=f"{spec.prefix}/to")["TagSet"]
    assert tags == [{"Key": "kind", "Value": "media"}]
    store.close()


def opened(provider: str = "s3", **fields: Any) -> S3Store:
    given = {"region": "eu-west-1", "credentials": Credentials("key", Secret("secret")), **fields}
    return S3Store(StoreSpec(provider, "photos", **given), load_provider(provider))


def test_what_no_request_can_do_is_told_before() -> None:
    for wrong in ({"expires": timedelta(days=8)}, {"size": 6 * 1024**3}, {"expires": timedelta(0)}):
        with pytest.raises(ValueError, match=r"up to|can live"):
            asked(opened(), **wrong)


def test_read_only_stores_and_those_with_customer_keys_offer_none() -> None:
    assert capability(ReadOnlyStore(opened()), DirectUpload) is None
    keyed = opened(object_parameters=MappingProxyType({"SSECustomerKey": "k", "SSECustomerAlgorithm": "AES256"}))
    assert capability(keyed, DirectUpload) is None
    assert capability(keyed, Copies) is None


@pytest.mark.parametrize("provider", ["s3", "b2"])
def test_a_request_never_promises_to_outlive_its_credentials(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
    store = opened(provider)
    key = SigningKey("key", "secret", "eu-west-1", "token", until=now + timedelta(minutes=20))
    monkeypatch.setattr(store.source, "signing_key", lambda: key)
    request = asked(store, now=now)
    if request.method == "POST":
        assert json.loads(base64.b64decode(request.fields["policy"]))["expiration"] == "2026-11-20T12:20:00Z"
    else:
        assert "X-Amz-Expires=1200&" in request.url


def test_a_request_does_not_print_its_signature() -> None:
    assert "ignature" not in repr(asked(opened()))
