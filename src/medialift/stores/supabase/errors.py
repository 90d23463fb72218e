"""What the service says, as this package's own errors.

HTTP says 400 to nearly everything. The true status is a text in the JSON body; ``code`` says most,
but services of before late 2025 send none, and then ``error`` and the message decide. Resumable
uploads answer in plain text with the true status.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from medialift.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    BucketNotFoundError,
    CredentialsError,
    InvalidKeyError,
    NotFoundError,
    StoreError,
    ThrottledError,
    TooLargeError,
    UnavailableError,
    UnsupportedError,
)
from medialift.providers import Throttling
from medialift.stores.supabase.caller import WHERE, Role

KINDS_BY_CODE: Mapping[type[StoreError], tuple[str, ...]] = {
    NotFoundError: ("NoSuchKey", "NoSuchUpload"),
    BucketNotFoundError: ("NoSuchBucket", "InvalidBucketName"),
    AlreadyExistsError: ("BucketAlreadyExists", "KeyAlreadyExists", "ResourceAlreadyExists"),
    AccessDeniedError: ("AccessDenied",),
    CredentialsError: ("InvalidJWT", "InvalidParameter", "InvalidSignature", "SignatureDoesNotMatch"),
    InvalidKeyError: ("InvalidKey",),
    TooLargeError: ("EntityTooLarge",),
    UnsupportedError: ("FST_ERR_BAD_URL", "InvalidMimeType", "InvalidRange", "MissingContentLength", "NotSupported"),
    UnavailableError: ("DatabaseError", "InternalError", "LockTimeout", "ResourceLocked", "S3Error"),
}
"""Codes of newer services."""

KINDS_BY_NAME: Mapping[type[StoreError], tuple[str, ...]] = {
    NotFoundError: ("not_found", "Not found"),
    BucketNotFoundError: ("Bucket not found",),
    AlreadyExistsError: ("Duplicate",),
    AccessDeniedError: ("Unauthorized",),
    CredentialsError: ("InvalidJWT", "InvalidSignature"),
    InvalidKeyError: ("InvalidKey",),
    TooLargeError: ("Payload too large",),
    UnsupportedError: ("invalid_mime_type", "invalid_range"),
    UnavailableError: ("DatabaseError", "Internal"),
}
"""What stands in ``error``, for services that send no code."""

KINDS_BY_STATUS: Mapping[int, type[StoreError]] = {
    401: CredentialsError,
    403: AccessDeniedError,
    404: NotFoundError,
    408: UnavailableError,
    409: AlreadyExistsError,
    412: UnsupportedError,
    413: TooLargeError,
    415: UnsupportedError,
    416: UnsupportedError,
    423: UnavailableError,
    501: UnsupportedError,
}
"""For what neither names. Every other 5xx is :class:`UnavailableError`."""

KINDS_BY_MESSAGE: Mapping[str, type[StoreError]] = {
    r"Compact JWS|claim timestamp|signature verification|\"alg\" |permission denied to set role": CredentialsError,
    r"required property 'authorization'|Invalid API key|API key in browser": CredentialsError,
    r"input syntax for type uuid": CredentialsError,
    r"Bucket not found|related resource does not exist|Bucket name invalid": BucketNotFoundError,
    r"^Invalid key": InvalidKeyError,
}
"""Messages that say more than the code beside them: an expired token has the code of a forbidden object."""

HINTS: Mapping[type[StoreError], str] = {
    BucketNotFoundError: "Check SUPABASE_STORAGE_BUCKET and SUPABASE_URL; create the bucket if it is new.",
    CredentialsError: f"Check the keys: they are under {WHERE}. A user's token may have expired.",
}
HINT_TO_ANYBODY = (
    "This was asked with the anon (publishable) key. Set SUPABASE_SERVICE_KEY to the secret (service_role) key, "
    "or allow it in a policy on storage.objects."
)
HINT_TO_USER = (
    "Allow it in a policy on storage.objects. Replacing an object needs SELECT, INSERT and UPDATE, "
    "deleting one SELECT and DELETE."
)
HINT_OF_SUBJECT = (
    "A policy compares auth.uid() with a token whose sub is no UUID, which fails for every object of every bucket: "
    "use (select auth.jwt()->>'sub') in the policies."
)

LONGEST_TEXT = 200
"""Characters that are kept of an answer in plain text: a proxy's page can be long."""

_CODES = {code: kind for kind, codes in KINDS_BY_CODE.items() for code in codes}
_NAMES = {name: kind for kind, names in KINDS_BY_NAME.items() for name in names}
_MESSAGES = [(re.compile(pattern), kind) for pattern, kind in KINDS_BY_MESSAGE.items()]


@dataclass(frozen=True, slots=True)
class Answer:
    """A refusal. ``status`` is the true one, ``retry_after`` seconds."""

    status: int
    code: str = ""
    name: str = ""
    message: str = ""
    retry_after: float | None = None


class AnsweredError(Exception):
    """The cause of a translated refusal: what the service said, without the request that it was said to."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(" ".join(filter(None, (str(answer.status), answer.code or answer.name, answer.message))))
        self.answer = answer


def read_answer(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """The refusal in a response whose HTTP status is *status*."""
    said, retry_after = _json_object(body), _seconds(headers.get("retry-after", ""))
    if said is None:
        is_text = headers.get("content-type", "").startswith("text/plain")
        text = body.decode(errors="replace").strip()[:LONGEST_TEXT] if is_text else ""
        return Answer(status, message=text, retry_after=retry_after)
    told = str(said.get("statusCode", ""))
    message = said.get("message") or said.get("msg") or ""
    return Answer(
        int(told) if told.isdecimal() else status,
        str(said.get("code") or ""),
        str(said.get("error") or ""),
        str(message),
        retry_after,
    )


def classify(answer: Answer, throttling: Throttling) -> type[StoreError]:
    """The kind of error that this answer is."""
    if answer.status in throttling.statuses or answer.code in throttling.codes:
        return ThrottledError
    for pattern, kind in _MESSAGES:
        if pattern.search(answer.message):
            return kind
    kind_of = _CODES.get(answer.code) or _NAMES.get(answer.name) or KINDS_BY_STATUS.get(answer.status)
    return kind_of or (UnavailableError if answer.status >= 500 else UnsupportedError)


def refusal(answer: Answer, throttling: Throttling, role: Role, **where: str) -> StoreError:
    """The error for this answer to a caller of *role*; *where* are ``operation``, ``key`` and ``store``."""
    kind = classify(answer, throttling)
    said = " ".join(part for part in (answer.code or answer.name, answer.message) if part)
    error = kind(f"the service answered {answer.status}{': ' if said else ''}{said}", **where)
    error.hint = _hint(kind, answer, role)
    if isinstance(error, ThrottledError):
        error.retry_after = answer.retry_after
    error.__cause__ = AnsweredError(answer)
    return error


def answer_of(error: BaseException) -> Answer | None:
    """What the service said behind a translated error, ``None`` if there was no answer."""
    return error.__cause__.answer if isinstance(error.__cause__, AnsweredError) else None


def _hint(kind: type[StoreError], answer: Answer, role: Role) -> str:
    if "type uuid" in answer.message:
        return HINT_OF_SUBJECT
    if kind is AccessDeniedError:
        return {Role.ANYBODY: HINT_TO_ANYBODY, Role.USER: HINT_TO_USER}.get(role, "")
    return HINTS.get(kind, "")


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _seconds(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
