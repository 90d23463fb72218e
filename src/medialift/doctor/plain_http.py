"""A plain HTTP client: what somebody without credentials gets."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException

from medialift.doctor.answers import CannotTellError, DoesNotApplyError
from medialift.stores.base import ObjectStore, TrustsAuthority, capability

TIMEOUT = 20.0
"""Seconds."""

ENOUGH = 64 * 1024
"""Bytes of a body that are looked at."""


@dataclass(frozen=True, slots=True)
class Fetched:
    status: int
    body: bytes


def fetch(url: str, authority: str = "") -> Fetched:
    """Ask for *url* with no credentials at all.

    Beside what the machine trusts, certificates by the file *authority* are believed: whether visitors' browsers do
    is nothing that can be told from here.
    Raises :class:`CannotTellError` if nobody answers, :class:`DoesNotApplyError` if it is no web address.
    """
    if not url.startswith(("http://", "https://")):
        raise DoesNotApplyError("this store's addresses are not on the web")
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT, context=_context(authority)) as answer:  # noqa: S310 (the scheme was looked at)
            return Fetched(answer.status, answer.read(ENOUGH))
    except urllib.error.HTTPError as error:
        with error:
            return Fetched(error.code, error.read(ENOUGH))
    except (OSError, HTTPException) as error:
        raise CannotTellError(f"a plain HTTP client gets no answer: {error}") from error


def authority_of(store: ObjectStore) -> str:
    """The file of certificates that *store* trusts in the place of the machine's own, or empty."""
    trusts = capability(store, TrustsAuthority)
    return trusts.authority if trusts else ""


def _context(authority: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if authority:
        context.load_verify_locations(cafile=authority)
    return context
