"""A plain HTTP client: what somebody without credentials gets."""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException

from medialift.doctor.answers import CannotTellError, DoesNotApplyError

TIMEOUT = 20.0
"""Seconds."""

ENOUGH = 64 * 1024
"""Bytes of a body that are looked at."""


@dataclass(frozen=True, slots=True)
class Fetched:
    status: int
    body: bytes


def fetch(url: str, method: str = "GET") -> Fetched:
    """Ask for *url* with no credentials at all.

    Raises :class:`CannotTellError` if nobody answers, :class:`DoesNotApplyError` if it is no web address.
    """
    if not url.startswith(("http://", "https://")):
        raise DoesNotApplyError("this store's addresses are not on the web")
    request = urllib.request.Request(url, method=method)  # noqa: S310 (the scheme was looked at)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            return Fetched(answer.status, answer.read(ENOUGH))
    except urllib.error.HTTPError as error:
        with error:
            return Fetched(error.code, error.read(ENOUGH))
    except (OSError, HTTPException) as error:
        raise CannotTellError(f"a plain HTTP client gets no answer: {error}") from error
