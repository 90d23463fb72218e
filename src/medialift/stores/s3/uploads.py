"""Uploads that browsers send to the bucket itself, and the copy that brings them to their place."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

from medialift.errors import PreconditionError
from medialift.providers import Presigning, Provider
from medialift.stores.s3 import copying
from medialift.stores.s3.client import ClientSource
from medialift.stores.s3.headers import bare, etag_is_opaque, write_parameters
from medialift.stores.s3.requests import Requests
from medialift.stores.sigv4 import SigningKey
from medialift.stores.sigv4_uploads import post_fields, put_url
from medialift.stores.spec import StoreSpec
from medialift.stores.uploading import UploadRequest
from medialift.types import ETag, Headers

LARGEST_REQUEST = 5 * 1024**3
"""Bytes that one PUT and one form take.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
"""


def can_upload(provider: Provider, spec: StoreSpec) -> bool:
    """Whether a browser can: not where every request has to carry a customer's own encryption key."""
    signs = provider.presigning.post or "PUT" in provider.presigning.methods
    return signs and "SSECustomerKey" not in spec.object_parameters


def upload_request(
    source: ClientSource, key: str, *, size: int, content_type: str, expires: timedelta, now: datetime | None
) -> UploadRequest:
    """The signed request for the full *key*. Raises ``ValueError``, also for more than 5 GiB."""
    limits, place = source.place.provider.presigning, source.place
    if not 0 <= size <= LARGEST_REQUEST:
        raise ValueError(f"one request takes up to {LARGEST_REQUEST} bytes, not {size}")
    signer, now, endpoint = source.signing_key(), now or datetime.now(timezone.utc), source.endpoint_url()
    expires = lasting(limits, signer, expires, now)
    if limits.post:
        fields = post_fields(
            signer,
            bucket=place.bucket,
            object_key=key,
            content_type=content_type,
            size=size,
            expires=expires,
            now=now,
        )
        return UploadRequest("POST", place.bucket_url(endpoint), fields)
    origin, path = place.target(endpoint, key)
    # Browsers send the length of what they send, and no script can send another.
    sent = {"content-length": str(size), "content-type": content_type}
    url = put_url(signer, origin=origin, path=path, headers=sent, expires=expires, now=now)
    return UploadRequest("PUT", url, headers={"Content-Type": content_type})


def lasting(limits: Presigning, signer: SigningKey, expires: timedelta, now: datetime) -> timedelta:
    """*expires*, or the end of the signer's own credentials. Raises ``ValueError`` for what the service refuses."""
    if not timedelta(seconds=1) <= expires <= timedelta(seconds=limits.max_seconds):
        raise ValueError(f"a signed upload can live for {timedelta(seconds=limits.max_seconds)}, not {expires}")
    if signer.until is None:
        return expires
    return min(expires, max(signer.until - now, timedelta(seconds=1)))


def copy_within(
    requests: Requests,
    spec: StoreSpec,
    etag: ETag,
    source: str,
    target: str,
    *,
    size: int,
    if_match: str,
    headers: Headers,
) -> None:
    """Copy one version. Ceph ignores the condition of a copy: what was made is held against it."""
    place, written = requests.place, write_parameters(headers, spec.object_parameters)
    send = partial(requests.send, "get", source, Key=place.full_key(target))
    chosen = {
        "CopySource": {"Bucket": place.bucket, "Key": place.full_key(source)},
        "CopySourceIfMatch": f'"{if_match}"',
    }
    if size > copying.COPY_LIMIT:
        copying.copy_in_parts(send, size, source=chosen, create=written)
        answer: dict[str, Any] = {}
    else:
        if "Tagging" in written:
            written["TaggingDirective"] = "REPLACE"
        answer = send("copy_object", MetadataDirective="REPLACE", **chosen, **written)
    if bare(answer.get("CopyObjectResult", {}).get("ETag")) == if_match:
        return
    told_by_etag = bool(answer) and etag is ETag.MD5 and not etag_is_opaque(answer) and "-" not in if_match
    if told_by_etag or bare(requests.find("get", source, "head_object").get("ETag")) != if_match:
        requests.send_object("delete", target, "delete_object")
        raise PreconditionError("the object is another version", **requests.where("get", source))
