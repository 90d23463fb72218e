"""What the service says, as this package's own errors.

An answer has a status that mostly means what it says, and a message that decides where it does not:
400 is the answer to a broken image, to a file that is too large and to a clock that is off. Addresses of
the CDN tell their message in a header.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from medialift.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    BucketNotFoundError,
    ClockSkewError,
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
from medialift.stores.cloudinary.place import WHERE

KINDS_BY_MESSAGE: Mapping[str, type[StoreError]] = {
    r"^Rate Limit Exceeded": ThrottledError,
    r"^Invalid cloud_name|^Unknown cloud": BucketNotFoundError,
    r"^Invalid Signature|api_key|API key|api_secret|cloud_name mismatch|^Invalid credentials": CredentialsError,
    r"^Stale request": ClockSkewError,
    r"^File size too large": TooLargeError,
    r"^Resource not found": NotFoundError,
    r"^to_public_id .* already exists": AlreadyExistsError,
    r"^public_id |^Invalid public_id|^Display name|public ID": InvalidKeyError,
}
"""Messages that say more than the status beside them."""

KINDS_BY_STATUS: Mapping[int, type[StoreError]] = {
    400: UnsupportedError,
    401: CredentialsError,
    403: AccessDeniedError,
    404: NotFoundError,
    408: UnavailableError,
    409: AlreadyExistsError,
    413: TooLargeError,
    423: UnavailableError,
    501: UnsupportedError,
}
"""For messages that nobody knows. Every other 5xx is :class:`UnavailableError`."""

HINTS: Mapping[type[StoreError], str] = {
    BucketNotFoundError: "Check the cloud name: it is the last part of CLOUDINARY_URL, after the @.",
    CredentialsError: f"Copy CLOUDINARY_URL anew: it is under {WHERE}. Accounts set to SHA-256 need "
    'the option signature_algorithm="sha256".',
    ClockSkewError: "Set this machine's clock: signatures are good for one hour.",
    TooLargeError: "Each plan has its limits (10 MB for images and files, 100 MB for videos on the free one): "
    "Settings → Usage in the console.",
}

LONGEST_TEXT = 200
"""Characters that are kept of an answer that is not the service's own: a proxy's page can be long."""

_MESSAGES = [(re.compile(pattern), kind) for pattern, kind in KINDS_BY_MESSAGE.items()]
_TRY_AGAIN = re.compile(r"Try again on (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC")


@dataclass(frozen=True, slots=True)
class Answer:
    """A refusal. ``again_at`` is when the service will listen again, if it told."""

    status: int
    message: str = ""
    again_at: datetime | None = None


class AnsweredError(Exception):
    """The cause of a translated refusal: what the service said, without the request that it was said to."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(" ".join(filter(None, (str(answer.status), answer.message))))
        self.answer = answer


def read_answer(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """The refusal in a response."""
    message = headers.get("x-cld-error") or _message_in(headers, body)
    return Answer(status, message, _again_at(headers, message))


def classify(answer: Answer, throttling: Throttling) -> type[StoreError]:
    """The kind of error that this answer is."""
    if answer.status in throttling.statuses:
        return ThrottledError
    for pattern, kind in _MESSAGES:
        if pattern.search(answer.message):
            return kind
    return KINDS_BY_STATUS.get(answer.status) or (UnavailableError if answer.status >= 500 else UnsupportedError)


def refusal(answer: Answer, throttling: Throttling, now: datetime, **where: str) -> StoreError:
    """The error for this answer; *where* are ``operation``, ``key`` and ``store``."""
    kind = classify(answer, throttling)
    said = f": {answer.message}" if answer.message else ""
    error = kind(f"the service answered {answer.status}{said}", **where, hint=HINTS.get(kind, ""))
    if isinstance(error, ThrottledError) and answer.again_at is not None:
        error.retry_after = max(0.0, (answer.again_at - now).total_seconds())
        error.hint = (
            f"The Admin API takes so many requests an hour, and again from {answer.again_at:%H:%M} UTC on. "
            "Uploads and downloads are not counted; what was done stays done."
        )
    error.__cause__ = AnsweredError(answer)
    return error


def answer_of(error: BaseException) -> Answer | None:
    """What the service said behind a translated error, ``None`` if there was no answer."""
    return error.__cause__.answer if isinstance(error.__cause__, AnsweredError) else None


def refuses_as_media(error: StoreError) -> bool:
    """Whether the service would not have the body as an image or a video: broken, empty, of too many pixels."""
    answer = answer_of(error)
    return answer is not None and answer.status == 400 and type(error) is UnsupportedError


def _message_in(headers: Mapping[str, str], body: bytes) -> str:
    try:
        said = json.loads(body)
    except ValueError:
        is_text = headers.get("content-type", "").startswith("text/plain")
        return body.decode(errors="replace").strip()[:LONGEST_TEXT] if is_text else ""
    error = said.get("error") if isinstance(said, dict) else None
    message = error.get("message") if isinstance(error, dict) else error
    return message if isinstance(message, str) else ""


def _again_at(headers: Mapping[str, str], message: str) -> datetime | None:
    if found := _TRY_AGAIN.search(message):
        return datetime.fromisoformat(found[1]).replace(tzinfo=timezone.utc)
    try:
        told = parsedate_to_datetime(headers.get("x-featureratelimit-reset", ""))
    except ValueError:
        return None
    return told if told.tzinfo else told.replace(tzinfo=timezone.utc)
