"""Headers and descriptions, to and from the driver's parameters."""

from __future__ import annotations

from typing import Any

import pytest

from medialift.stores.s3.headers import (
    NONCE,
    etag_is_opaque,
    headers_from,
    info_from,
    nonce_from,
    read_parameters,
    whole_size,
    write_parameters,
)
from medialift.types import NO_HEADERS, Headers


def test_a_content_type_is_always_there() -> None:
    assert write_parameters(NO_HEADERS, {}) == {"ContentType": "application/octet-stream"}


def test_an_objects_own_headers_overrule_the_sites() -> None:
    site = {
        "CacheControl": "max-age=1",
        "ContentType": "text/plain",
        "Metadata": {"a": "1", "b": "1"},
        "ACL": "private",
    }
    own = Headers(content_type="image/png", metadata={"b": "2"})
    assert write_parameters(own, site, "f00d") == {
        "ContentType": "image/png",
        "CacheControl": "max-age=1",
        "ACL": "private",
        "Metadata": {"a": "1", "b": "2", NONCE: "f00d"},
    }


def test_the_key_of_an_encrypted_object_goes_with_every_request() -> None:
    site = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k", "CacheControl": "max-age=1"}
    assert read_parameters(site) == {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k"}


@pytest.mark.parametrize(
    ("response", "size"),
    [
        ({"ContentLength": 5}, 5),
        ({"ContentLength": 5, "ContentRange": "bytes 0-4/100"}, 100),
        ({}, 0),
    ],
)
def test_the_size_is_that_of_the_whole_object(response: dict[str, Any], size: int) -> None:
    assert whole_size(response) == size


def test_text_outside_ascii_comes_back_as_it_was_sent() -> None:
    mangled = "é ☀".encode().decode("latin-1")
    headers = headers_from({"ContentDisposition": mangled, "Metadata": {"Note": mangled}})
    assert (headers.content_disposition, dict(headers.metadata)) == ("é ☀", {"note": "é ☀"})


def test_text_that_is_no_utf8_is_left_alone() -> None:
    assert headers_from({"ContentDisposition": "caf\xe9"}).content_disposition == "caf\xe9"


def test_the_writers_mark_is_read_by_its_writer_only() -> None:
    response = {"Metadata": {NONCE.title(): "f00d", "album": "cats"}}
    assert nonce_from(response) == "f00d"
    assert dict(headers_from(response).metadata) == {"album": "cats"}


def test_the_version_of_an_unversioned_object_is_none() -> None:
    assert info_from("a", {"ETag": '"e"', "VersionId": "null"}).version is None


@pytest.mark.parametrize(
    ("response", "opaque"),
    [
        ({}, False),
        ({"ServerSideEncryption": "AES256"}, False),
        ({"ServerSideEncryption": "aws:kms"}, True),
        ({"ServerSideEncryption": "aws:kms:dsse"}, True),
        ({"SSECustomerAlgorithm": "AES256"}, True),
    ],
)
def test_the_etag_of_an_object_encrypted_with_a_key_is_no_md5(response: dict[str, Any], opaque: bool) -> None:
    assert etag_is_opaque(response) is opaque
