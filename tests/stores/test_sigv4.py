from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from botocore.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st

from medialift.stores.sigv4 import SigningKey, presign, quoted, quoted_path, signed_headers

NOW = datetime(2026, 11, 20, 23, 59, 58, tzinfo=timezone.utc)
KEY = SigningKey("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "eu-west-3")


def by_botocore(monkeypatch: pytest.MonkeyPatch, token: str | None, method: str, **parameters: Any) -> str:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *a, **k: NOW.replace(tzinfo=None))
    client = boto3.client(
        "s3",
        aws_access_key_id=KEY.access_key_id,
        aws_secret_access_key=KEY.secret,
        aws_session_token=token,
        region_name=KEY.region,
        endpoint_url="https://s3.example.org:8443",
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    return str(client.generate_presigned_url(method, Params=parameters, ExpiresIn=3600))


def by_us(path: str, token: str | None = None, method: str = "GET", **query: str) -> str:
    return presign(
        SigningKey(KEY.access_key_id, KEY.secret, KEY.region, token),
        method=method,
        origin="https://s3.example.org:8443",
        path=path,
        expires=timedelta(hours=1),
        now=NOW,
        query=[(name.replace("_", "-"), value) for name, value in query.items()],
    )


@pytest.mark.parametrize(
    "key", ["a.jpg", "a b/été +%#?&'\"[]~.jpg", "日本/😀.png", "=41;", "a/b/c", "(x)!*'$@,;:&=", "e\u0301"]
)
@pytest.mark.parametrize("token", [None, "a+token/with=signs=="])
def test_urls_are_those_of_botocore(monkeypatch: pytest.MonkeyPatch, key: str, token: str | None) -> None:
    theirs = by_botocore(monkeypatch, token, "get_object", Bucket="media", Key=key)
    assert by_us(f"/media/{key}", token) == theirs


def test_response_overrides_are_those_of_botocore(monkeypatch: pytest.MonkeyPatch) -> None:
    disposition = "attachment; filename=\"x.pdf\"; filename*=UTF-8''%C3%A9.pdf"
    theirs = by_botocore(
        monkeypatch,
        None,
        "get_object",
        Bucket="media",
        Key="x.pdf",
        ResponseContentDisposition=disposition,
        ResponseContentType="application/pdf",
    )
    ours = by_us("/media/x.pdf", response_content_disposition=disposition, response_content_type="application/pdf")
    assert ours == theirs


@pytest.mark.parametrize(("method", "operation"), [("PUT", "put_object"), ("DELETE", "delete_object")])
def test_other_methods_are_signed_alike(monkeypatch: pytest.MonkeyPatch, method: str, operation: str) -> None:
    assert by_us("/media/k", method=method) == by_botocore(monkeypatch, None, operation, Bucket="media", Key="k")


@given(key=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30))
@settings(max_examples=40, deadline=None)
def test_any_key_is_signed_as_botocore_does(key: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        assert by_us(f"/media/{key}") == by_botocore(patch, None, "get_object", Bucket="media", Key=key)


@pytest.mark.parametrize("expires", [timedelta(0), timedelta(days=7, seconds=1), timedelta(seconds=-5)])
def test_a_life_that_the_service_would_not_honour_is_refused(expires: timedelta) -> None:
    with pytest.raises(ValueError, match="1 second to 7 days"):
        presign(KEY, method="GET", origin="https://h", path="/k", expires=expires, now=NOW)


def test_the_secret_does_not_print() -> None:
    assert KEY.secret not in repr(KEY)


def test_a_url_never_promises_to_outlive_its_credentials() -> None:
    def lasting(left: timedelta) -> str:
        key = SigningKey(KEY.access_key_id, KEY.secret, KEY.region, "token", until=NOW + left)
        url = presign(key, method="GET", origin="https://h", path="/k", expires=timedelta(hours=1), now=NOW)
        return url.partition("X-Amz-Expires=")[2].partition("&")[0]

    assert lasting(timedelta(hours=2)) == "3600"
    assert lasting(timedelta(minutes=20)) == "1200"
    assert lasting(timedelta(minutes=-1)) == "1"


@pytest.mark.parametrize("token", [None, "a+token/with=signs=="])
@pytest.mark.parametrize("body", ["UNSIGNED-PAYLOAD", "0" * 64])
def test_headers_are_those_of_botocore(monkeypatch: pytest.MonkeyPatch, token: str | None, body: str) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *a, **k: NOW.replace(tzinfo=None))
    path, query = quoted_path("/media/a b/été.jpg"), f"partNumber=7&uploadId={quoted('a+b/c==~')}"
    sent = {"host": "s3.example.org:8443", "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg=="}
    request = botocore.awsrequest.AWSRequest("PUT", f"https://s3.example.org:8443{path}?{query}", headers=sent)
    request.headers["X-Amz-Content-SHA256"] = body
    credentials = botocore.credentials.Credentials(KEY.access_key_id, KEY.secret, token)
    signer = botocore.auth.S3SigV4Auth(credentials, "s3", KEY.region)
    monkeypatch.setattr(signer, "payload", lambda request: body)
    signer.add_auth(request)

    ours = signed_headers(
        SigningKey(KEY.access_key_id, KEY.secret, KEY.region, token),
        method="PUT",
        path=path,
        query=query,
        headers=sent,
        body=body,
        now=NOW,
    )

    assert ours == {name.lower(): value for name, value in request.headers.items()}
