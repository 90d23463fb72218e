"""Headers and object descriptions, to and from boto3's parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from medialift.types import Headers, ObjectInfo

DEFAULT_CONTENT_TYPE = "application/octet-stream"
"""Always sent: without a type, drivers and services disagree on what they make up."""

NONCE = "medialift-nonce"
"""Metadata key of a mark that only its writer knows: whose object is it, if an answer was lost? Never shown."""

_FIELDS = {
    "content_type": "ContentType",
    "cache_control": "CacheControl",
    "content_disposition": "ContentDisposition",
    "content_encoding": "ContentEncoding",
    "content_language": "ContentLanguage",
}
_ON_EVERY_REQUEST = (
    "ExpectedBucketOwner",
    "RequestPayer",
    "SSECustomerAlgorithm",
    "SSECustomerKey",
    "SSECustomerKeyMD5",
)
_KEYED_ENCRYPTION = ("aws:kms", "aws:kms:dsse")


def write_parameters(headers: Headers, defaults: Mapping[str, Any], nonce: str = "") -> dict[str, Any]:
    """PutObject's parameters: *defaults* (the site's object parameters), overruled by *headers*."""
    own = {name: value for field, name in _FIELDS.items() if (value := getattr(headers, field)) is not None}
    metadata = {**defaults.get("Metadata", {}), **headers.metadata}
    if nonce:
        metadata[NONCE] = nonce
    parameters = {"ContentType": DEFAULT_CONTENT_TYPE, **defaults, **own}
    return {**parameters, "Metadata": metadata} if metadata else parameters


def read_parameters(defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the site's object parameters that go with every request about an object."""
    return {name: defaults[name] for name in _ON_EVERY_REQUEST if name in defaults}


def info_from(key: str, response: Mapping[str, Any]) -> ObjectInfo:
    """The whole object, from the answer to HeadObject or (also ranged) GetObject."""
    etag, version = bare(response.get("ETag")), response.get("VersionId")
    return ObjectInfo(
        key,
        whole_size(response),
        etag=etag,
        modified=response.get("LastModified"),
        fingerprint=etag or version or "",
        version=version if version != "null" else None,
        headers=headers_from(response),
    )


def headers_from(response: Mapping[str, Any]) -> Headers:
    fields = {field: _text(response[name]) if response.get(name) else None for field, name in _FIELDS.items()}
    metadata = {name.lower(): _text(value) for name, value in response.get("Metadata", {}).items()}
    metadata.pop(NONCE, None)
    return Headers(**fields, metadata=metadata)


def _text(value: str) -> str:
    """A header's text: sent as UTF-8 by the driver, and read as Latin-1 by Python's HTTP client."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def nonce_from(response: Mapping[str, Any]) -> str:
    """The writer's mark, empty if there is none."""
    return next((str(value) for name, value in response.get("Metadata", {}).items() if name.lower() == NONCE), "")


def whole_size(response: Mapping[str, Any]) -> int:
    """The object's size in bytes. Supabase sends no length for an empty object."""
    ranged = re.fullmatch(r"bytes \d+-\d+/(\d+)", response.get("ContentRange") or "")
    return int(ranged.group(1)) if ranged else int(response.get("ContentLength") or 0)


def bare(etag: str | None) -> str | None:
    """An ETag without its quotes."""
    return etag.strip('"') if etag else None


def etag_is_opaque(response: Mapping[str, Any]) -> bool:
    """Whether the object is encrypted such that its ETag is no MD5, whatever the bucket's other objects have."""
    return response.get("ServerSideEncryption") in _KEYED_ENCRYPTION or bool(response.get("SSECustomerAlgorithm"))
