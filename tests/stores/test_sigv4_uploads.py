"""Signed uploads, compared with botocore's."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import boto3
import botocore.auth
import botocore.signers
import pytest
from botocore.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st

from medialift.stores.sigv4 import SigningKey
from medialift.stores.sigv4_uploads import post_fields, put_url

NOW = datetime(2026, 11, 20, 23, 59, 58, tzinfo=timezone.utc)
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
ORIGIN = "https://s3.example.org:8443"
KEYS = ["a.jpg", "a b/été +%#?&'\"[]~.jpg", "日本/😀.png"]
TOKENS = [None, "a+token/with=signs=="]
HOUR = timedelta(hours=1)


def key_of(token: str | None) -> SigningKey:
    return SigningKey("AKIDEXAMPLE", SECRET, "eu-west-3", token)


def judge(patch: pytest.MonkeyPatch, token: str | None) -> Any:
    for module in (botocore.auth, botocore.signers):
        patch.setattr(module, "get_current_datetime", lambda *a, **k: NOW.replace(tzinfo=None))
    return boto3.client(
        "s3",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key=SECRET,
        aws_session_token=token,
        region_name="eu-west-3",
        endpoint_url=ORIGIN,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
        ),
    )


def same_form(patch: pytest.MonkeyPatch, key: str, token: str | None) -> None:
    theirs = judge(patch, token).generate_presigned_post(
        "media",
        key,
        Fields={"Content-Type": "image/jpeg"},
        Conditions=[{"Content-Type": "image/jpeg"}, ["content-length-range", 7, 7]],
        ExpiresIn=3600,
    )
    ours = post_fields(
        key_of(token), bucket="media", object_key=key, content_type="image/jpeg", size=7, expires=HOUR, now=NOW
    )
    assert ours == theirs["fields"]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("token", TOKENS)
def test_a_form_is_that_of_botocore(monkeypatch: pytest.MonkeyPatch, key: str, token: str | None) -> None:
    same_form(monkeypatch, key, token)


@given(key=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0${"), min_size=1, max_size=30))
@settings(max_examples=20, deadline=None)
def test_any_key_is_signed_as_botocore_does(key: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        same_form(patch, key, None)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("token", TOKENS)
def test_a_put_with_signed_headers_is_that_of_botocore(
    monkeypatch: pytest.MonkeyPatch, key: str, token: str | None
) -> None:
    wanted = {"Bucket": "media", "Key": key, "ContentType": "image/jpeg", "ContentLength": 7}
    theirs = judge(monkeypatch, token).generate_presigned_url("put_object", Params=wanted, ExpiresIn=3600)
    sent = {"content-type": "image/jpeg", "content-length": "7"}
    assert put_url(key_of(token), origin=ORIGIN, path=f"/media/{key}", headers=sent, expires=HOUR, now=NOW) == theirs


@pytest.mark.parametrize("upload", ["2~abc", "a/b+c==", "é&=x"])
@pytest.mark.parametrize("token", TOKENS)
def test_a_part_is_signed_as_by_botocore(monkeypatch: pytest.MonkeyPatch, upload: str, token: str | None) -> None:
    wanted = {"Bucket": "media", "Key": "a b.jpg", "PartNumber": 12, "UploadId": upload, "ContentLength": 7}
    theirs = judge(monkeypatch, token).generate_presigned_url("upload_part", Params=wanted, ExpiresIn=3600)
    sent, query = {"content-length": "7"}, (("partNumber", "12"), ("uploadId", upload))
    key, path = key_of(token), "/media/a b.jpg"
    assert put_url(key, origin=ORIGIN, path=path, headers=sent, expires=HOUR, now=NOW, query=query) == theirs
