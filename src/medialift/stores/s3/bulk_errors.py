"""What the obstore driver says, as this package's own errors.

obstore repeats the service's whole answer in its message, which can hold a session token, and even
lines of Python source: nothing of it is kept but the status, the code and the service's message.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from obstore.exceptions import BaseError

from medialift.errors import (
    AccessDeniedError,
    ConfigError,
    CredentialsError,
    InvalidKeyError,
    MedialiftError,
    NotFoundError,
    PreconditionError,
    StoreError,
    TruncatedBodyError,
    UnavailableError,
    UnsupportedError,
)
from medialift.providers import Throttling
from medialift.stores.s3.errors import HINTS, Answer, refusal

DRIVER_ERRORS = (BaseError, OSError, ValueError, NotImplementedError)
"""Everything that obstore raises: a missing object is Python's own FileNotFoundError."""

KINDS_BY_EXCEPTION: Mapping[str, type[MedialiftError]] = {
    # Sent for 412 and for 409, which is a lost race: what it means is asked of the object.
    "AlreadyExistsError": PreconditionError,
    "FileNotFoundError": NotFoundError,
    "GenericError": UnavailableError,
    "InvalidPathError": InvalidKeyError,
    "JoinError": UnavailableError,
    "NotFoundError": NotFoundError,
    "NotImplementedError": UnsupportedError,
    "NotModifiedError": PreconditionError,
    "NotSupportedError": UnsupportedError,
    "OSError": UnavailableError,
    "PermissionDeniedError": AccessDeniedError,
    "PreconditionError": PreconditionError,
    "UnauthenticatedError": CredentialsError,
    "UnknownConfigurationKeyError": ConfigError,
    "ValueError": InvalidKeyError,
}
_REASONS: Mapping[type[MedialiftError], str] = {
    ConfigError: "the driver refuses a setting",
    CredentialsError: "the credentials could not be read",
    InvalidKeyError: "the driver cannot send this key",
    UnavailableError: "no answer, or a broken connection",
}
_STATUS = re.compile(r"status code: (\d{3})")
_BARE_REDIRECT = "redirect without LOCATION"


def answer_of(error: BaseException) -> Answer:
    """What the service said, read from the driver's message; all empty if there was no answer."""
    text = str(error)
    status = _STATUS.search(text)
    if status is None:
        return Answer(301, "PermanentRedirect") if _BARE_REDIRECT in text else Answer()
    region = _element(text, "Region")
    return Answer(int(status[1]), _element(text, "Code"), _element(text, "Message"), region)


def is_beyond_driver(error: BaseException) -> bool:
    """Whether the service answered and obstore cannot use the answer, where the other driver can.

    Ranges past the end, a range that comes as status 200 (rclone), a header outside ASCII.
    """
    answer, text = answer_of(error), str(error)
    unreadable = type(error).__name__ == "GenericError" and not answer.status and "HTTP error" not in text
    return answer.status == 416 or unreadable


def translate(error: BaseException, throttling: Throttling, **where: str) -> MedialiftError:
    """The error for whatever obstore raised; *where* are ``operation``, ``key`` and ``store``."""
    answer = answer_of(error)
    names = [parent.__name__ for parent in type(error).__mro__]
    kind = next((KINDS_BY_EXCEPTION[name] for name in names if name in KINDS_BY_EXCEPTION), StoreError)
    if answer.status and names[0] != "AlreadyExistsError":
        return refusal(answer, throttling, **where)
    reason = _REASONS.get(kind, "the key is taken, or another writer was faster")
    if issubclass(kind, StoreError):
        return kind(reason, hint=HINTS.get(kind, ""), **where)
    return kind(reason, hint=HINTS.get(kind, ""))


def truncation(**where: str) -> MedialiftError:
    """The error for a body that broke off while it was read."""
    return TruncatedBodyError("the body broke off before its announced length", **where)


def _element(text: str, name: str) -> str:
    found = re.search(rf"<{name}>([^<]*)</{name}>", text)
    return html.unescape(found[1]) if found else ""
