"""Cloudflare R2's differences from S3.

Sources are pages below https://developers.cloudflare.com/r2/, unless another is named.
"""

from __future__ import annotations

import re
import threading
import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar
from urllib.parse import parse_qsl, quote, unquote, urlencode
from xml.sax.saxutils import escape, unescape

from medialift.testing.proxy import Action, Exchange, Request, Rule, error
from medialift.testing.s3_rules.common import WRITES, not_implemented, refusing_headers, without, without_forms

REGIONS = ("wnam", "enam", "weur", "eeur", "apac", "oc", "auto")
ALIASES = ("us-east-1", "")
"""Other names of ``auto``. Source: api/s3/api/."""

ABSENT = (
    "versioning", "versions", "publicAccessBlock", "policy", "policyStatus", "acl", "notification", "ownershipControls",
    "object-lock", "tagging", "website", "logging", "replication", "retention", "legal-hold",
)  # fmt: skip
"""Sub-resources that are not implemented. Source: api/s3/api/."""

REFUSED_HEADERS = frozenset(
    {
        "x-amz-acl", "x-amz-tagging", "x-amz-expected-bucket-owner", "x-amz-object-lock-mode",
        "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold",
        "x-amz-server-side-encryption-aws-kms-key-id",
    }
)  # fmt: skip
"""Headers of objects that are not implemented. Source: api/s3/api/."""

Writer = TypeVar("Writer")


def r2_rules(
    *, seconds_per_write: float = 1.0, trailers: Action | None = None, clock: Callable[[], float] = time.monotonic
) -> tuple[Rule, ...]:
    """Let a server that checks no signatures answer as R2 does.

    *seconds_per_write* is the pause that writes of one key need, *trailers* the answer to a trailing
    checksum (see :func:`refuses_trailers`).
    """
    return (
        only_its_regions(),
        without_forms(),
        without(*ABSENT),
        without("encryption", methods=("PUT", "DELETE")),
        encrypts_always(),
        refusing_headers(REFUSED_HEADERS, WRITES, _unknown_header),
        refuses_trailers(trailers),
        folds_keys(),
        one_write_per_key(seconds_per_write, clock),
        wants_equal_parts(),
        folds_deleted_keys(),
    )


def looks_like_bad_credentials() -> Action:
    """How a trailing checksum was answered in August 2026. Source: https://github.com/amd/gaia/pull/3029."""
    return error(401, "Unauthorized", "Unauthorized")


def refuses_trailers(answer: Action | None = None) -> Rule:
    """Refuse a trailing checksum, which SDKs send by default over TLS.

    With 501, as in January 2025 (https://github.com/cloudflare/cloudflare-docs/pull/19236), or with
    *answer*.
    """

    def rule(request: Request) -> Action | None:
        trailer = request.headers.get("x-amz-trailer")
        return (answer or _unknown_header(trailer, "")) if trailer else None

    return rule


def only_its_regions() -> Rule:
    """Source: https://github.com/jeessy2/backup-x/issues/127, api/s3/api/."""

    def rule(request: Request) -> Action | None:
        region = request.signed_for
        if region is None or region in (*REGIONS, *ALIASES):
            return None
        valid = ", ".join(REGIONS)
        message = f"The region name '{region}' is not valid. Must be one of: {valid}"
        return error(400, "InvalidRegionName", message)

    return rule


def encrypts_always() -> Rule:
    """AES-256 is no setting. Source: reference/data-security/, api/s3/api/ (GetBucketEncryption)."""
    by_default = "<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
    rule = f"<Rule>{by_default}</ApplyServerSideEncryptionByDefault></Rule>"
    body = f"<ServerSideEncryptionConfiguration>{rule}</ServerSideEncryptionConfiguration>".encode()

    def answer(exchange: Exchange) -> None:
        exchange.answer(200, {"Content-Type": "application/xml"}, body)

    return lambda request: answer if request.operation == "GET ?encryption" else None


def one_write_per_key(seconds: float = 1.0, clock: Callable[[], float] = time.monotonic) -> Rule:
    """Refuse a second write of one key within *seconds*. Sources: platform/limits/, api/error-codes/ (10058)."""
    refusal = error(429, "TooManyRequests", "Reduce your concurrent request rate for the same object.")
    last: dict[tuple[str, str], float] = {}
    lock = threading.Lock()

    def rule(request: Request) -> Action | None:
        if request.operation not in ("PutObject", "CopyObject", "CompleteMultipartUpload"):
            return None
        place = request.bucket, request.key
        with lock:
            now = clock()
            if now - last.get(place, float("-inf")) < seconds:
                return refusal
            last[place] = now
        return None

    return rule


def wants_equal_parts() -> Rule:
    """All parts but the last must have one length. Sources: objects/multipart-objects/, api/error-codes/ (10048)."""
    refusal = error(400, "InvalidPart", "All non-trailing parts must have the same length.")
    sizes: dict[str, dict[int, str]] = {}

    def complete(exchange: Exchange) -> None:
        known = sizes.get(exchange.request.query["uploadId"], {})
        numbers = sorted(map(int, re.findall(rb"<PartNumber>(\d+)</PartNumber>", exchange.read())))
        if len({known.get(number) for number in numbers[:-1]}) > 1:
            refusal(exchange)
        else:
            exchange.forward()

    def rule(request: Request) -> Action | None:
        if request.operation == "UploadPart":
            part = {int(request.query["partNumber"]): request.headers.get("content-length", "")}
            sizes.setdefault(request.query["uploadId"], {}).update(part)
        return complete if request.operation == "CompleteMultipartUpload" else None

    return rule


def folds_keys() -> Rule:
    """Take every key for its NFC form, in paths and in listings. Source: reference/unicode-interoperability/."""

    def rule(request: Request) -> Request | None:
        path, mark, query = request.target.partition("?")
        named = [(name, folded(value)) for name, value in parse_qsl(query, keep_blank_values=True)]
        target = quote(folded(unquote(path)), safe="/~") + mark + urlencode(named, quote_via=quote)
        is_same = unicodedata.is_normalized("NFC", unquote(request.target))
        return None if is_same else replace(request, target=target)

    return rule


def folds_deleted_keys() -> Rule:
    """The same for the keys of a batch deletion."""

    def delete(exchange: Exchange) -> None:
        body = exchange.read().decode()
        exchange.replace(re.sub("<Key>(.*?)</Key>", _folded_element, body, flags=re.DOTALL).encode())
        exchange.forward(drop={"content-md5"})

    return lambda request: delete if request.operation == "DeleteObjects" else None


def folded(key: str) -> str:
    return unicodedata.normalize("NFC", key)


def _folded_element(found: re.Match[str]) -> str:
    return f"<Key>{escape(folded(unescape(found[1])))}</Key>"


def _unknown_header(name: str, value: str) -> Action:
    return not_implemented(f"Header '{name}' with value '{value}' not implemented")
