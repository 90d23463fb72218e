"""What the boto3 client does beyond its settings: services that answer, or want to be asked, in ways of their own."""

from __future__ import annotations

import base64
import hashlib
import random
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from botocore import handlers
from botocore.exceptions import ClientError

from medialift.errors import ThrottledError
from medialift.providers import Provider, Throttling
from medialift.stores.client_settings import ClientSettings
from medialift.stores.s3.errors import answer_of, translate
from medialift.stores.s3.listing import read_entries

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LONGEST_TURN = 8.0
"""Seconds between two attempts; the first pause is one, the second two: no key can be written faster at R2."""
_NAMESPACED_ERROR = re.compile(rb'<Error xmlns="[^"]*">')


def register_handlers(client: S3Client, provider: Provider, settings: ClientSettings) -> None:
    """Have *client* do everything below."""
    events = client.meta.events
    events.register_first("needs-retry.s3", waiting_its_turn(provider.throttling, settings.max_attempts))
    events.register_first("needs-retry.s3", refuse_other_regions)
    events.register("before-parse.s3", strip_namespace)
    events.register_first("before-parse.s3.ListObjectsV2", read_entries)
    # After it: the SDK looks through the whole of each answer for an error in disguise, with a parser.
    look_for_errors = getattr(handlers, "_handle_200_error", None)
    if look_for_errors is not None:
        events.unregister("before-parse.s3.*", look_for_errors)
        events.register_first("before-parse.s3", look_for_errors)
    if not provider.endpoint.continues:
        events.register("before-sign.s3", expect_nothing)
    events.register("before-sign.s3.DeleteObjects", add_content_type)
    if provider.copying is not None and not provider.copying.decodes_source:
        for operation in ("CopyObject", "UploadPartCopy"):
            events.register(f"before-sign.s3.{operation}", decode_copy_source)
    if provider.deletion.content_md5:
        events.register("before-sign.s3.DeleteObjects", replace_checksum_by_md5)


def refuse_other_regions(response: Any, operation: Any, **_: Any) -> None:
    """Raise the service's answer instead of following it to another region.

    The SDK would find the region and go on, with more requests each time; a signed URL, made
    without a request, would then still name the wrong one.
    """
    if response is None:
        return
    http, parsed = response
    answer = answer_of(ClientError(parsed, operation.name))
    points_elsewhere = http.status_code == 301 or (http.status_code == 400 and answer.region)
    if points_elsewhere and operation.name != "CreateBucket":
        raise ClientError(parsed, operation.name)


def waiting_its_turn(throttling: Throttling, max_attempts: int) -> Callable[..., Any]:
    """Try again after answers that ask for fewer requests in a service's own way.

    The SDK knows Amazon's way and every 5xx. R2 answers 429 TooManyRequests to a second write of one
    key within a second, Wasabi 400 RequestRateLimitExceeded.
    """

    def seconds(response: Any, attempts: int, operation: Any, **_: Any) -> float | None:
        if response is None or attempts >= max_attempts or not 400 <= response[0].status_code < 500:
            return None
        error = translate(ClientError(response[1], operation.name), throttling)
        if not isinstance(error, ThrottledError):
            return None
        return error.retry_after or min(LONGEST_TURN, 2.0 ** (attempts - 1)) * random.uniform(1, 1.25)  # noqa: S311 - jitter needs no secrecy

    return seconds


def strip_namespace(response_dict: dict[str, Any], **_: Any) -> None:
    """Supabase's errors stand in a namespace since July 2026, where the SDK finds neither code nor message."""
    if response_dict["status_code"] >= 300 and isinstance(response_dict["body"], bytes):
        response_dict["body"] = _NAMESPACED_ERROR.sub(b"<Error>", response_dict["body"], count=1)


def add_content_type(request: Any, **_: Any) -> None:
    """Supabase refuses a batch deletion without one; no service minds it."""
    request.headers["Content-Type"] = "application/xml"


def expect_nothing(request: Any, **_: Any) -> None:
    """Send the body at once: the SDK waits for a second where nobody answers that it may go on."""
    del request.headers["Expect"]


def decode_copy_source(request: Any, **_: Any) -> None:
    """Supabase looks for a source under the very letters of the header."""
    source = request.headers["x-amz-copy-source"]
    del request.headers["x-amz-copy-source"]
    request.headers["x-amz-copy-source"] = unquote(source if isinstance(source, str) else source.decode())


def replace_checksum_by_md5(request: Any, **_: Any) -> None:
    """Older services ask for Content-MD5 in a batch deletion, newer SDKs send a CRC32 instead."""
    for name in list(request.headers.keys()):
        if name.lower().startswith(("x-amz-checksum-", "x-amz-sdk-checksum-")):
            del request.headers[name]
    body = request.body if isinstance(request.body, bytes) else request.body.encode()
    request.headers["Content-MD5"] = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
