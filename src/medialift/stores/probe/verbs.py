"""A probe through a store's own verbs, for services with a protocol of their own: what the site itself would get."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import Protocol

from medialift.errors import NotFoundError, StoreError
from medialift.stores.base import ObjectStore, Signs
from medialift.stores.probe.values import FOLDER, Finding, Probed, Subject, Verdict
from medialift.types import NO_HEADERS, Headers

GIF = base64.b64decode("R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=")
"""One pixel: an image to every service."""
TEXT = b"medialift found out here what this service does\n"
FIRST = "a.gif"
TIMEOUT = 30
"""Seconds that a plain HTTP client waits."""


class Tried(ObjectStore, Signs, Protocol):
    """What is tried."""


class StoppedError(Exception):
    """Somebody asked to stop. Never leaves the probe."""


class Bench:
    """The store, the probe's own folder in it, and what was written there."""

    def __init__(self, store: Tried, stop: threading.Event, headers: Headers) -> None:
        self.store = store
        self.folder = f"{FOLDER}/{secrets.token_hex(8)}"
        self.fetched = 0
        self._headers = headers
        self._stop = stop
        self._put: list[str] = []

    def put(self, name: str, body: bytes) -> str | None:
        """Store *body* under *name* of the probe's folder; its ETag."""
        if self._stop.is_set():
            raise StoppedError
        key = f"{self.folder}/{name}"
        self._put.append(key)
        return self.store.put(key, body, headers=self._headers).etag

    def fetch(self, url: str) -> tuple[int, bytes]:
        """Status and body, as anybody gets them; 0 if there is no answer."""
        self.fetched += 1
        request = urllib.request.Request(url)  # noqa: S310 - our own address
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                return answer.status, answer.read(len(GIF) + 1)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, b""
        except OSError:
            return 0, b""

    def clean(self) -> tuple[str, ...]:
        """What could not be removed."""
        left: list[str] = []
        try:
            left += [error.key for error in self.store.delete_many(self._put)]
        except StoreError:
            left += [key for key in self._put if not self._deleted_alone(key)]
        return tuple(left)

    def _deleted_alone(self, key: str) -> bool:
        with suppress(StoreError):
            self.store.delete(key)
            return True
        return False


Question = Callable[[Bench], tuple[Verdict, str]]


def probe(
    store: Tried,
    questions: Iterable[tuple[Subject, Question]],
    *,
    count: Callable[[], int],
    stop: threading.Event,
    headers: Headers = NO_HEADERS,
) -> Probed | None:
    """Ask *questions* of *store*, of which *count* tells the requests so far, and leave the place as it was.

    Every object is stored with *headers*. ``None`` if *stop* was set meanwhile. Raises every error of a store
    that cannot be written to.
    """
    at, before = datetime.now(timezone.utc), count()
    bench = Bench(store, stop, headers)
    findings: list[Finding] = []
    try:
        bench.put(FIRST, GIF)
        for subject, ask in questions:
            findings.append(_answered(subject, ask, bench))
    except StoppedError:
        bench.clean()
        return None
    except BaseException:
        bench.clean()
        raise
    left = bench.clean()
    findings.append(_deleted(left))
    requests = count() - before + bench.fetched
    return Probed(store.identity, at, tuple(findings), requests, left)


# ── what can be asked ────────────────────────────────────────────────────────────────────────


def etag(bench: Bench) -> tuple[Verdict, str]:
    told = {name: bench.put(name, body) for name, body in (("b.gif", GIF), ("b.txt", TEXT))}
    wrong = [name for name, body in (("b.gif", GIF), ("b.txt", TEXT)) if told[name] != _md5(body)]
    if wrong:
        return Verdict.NO, f"the answer to an upload tells another MD5 of {', '.join(wrong)}"
    return Verdict.YES, "the answers to uploads of an image and of a file tell their MD5s"


def missing(bench: Bench) -> tuple[Verdict, str]:
    try:
        bench.store.head(f"{bench.folder}/no such object.gif")
    except NotFoundError:
        return Verdict.YES, "looking at a missing object: 404"
    return Verdict.IGNORED, "looking at a missing object: found"


def keys(awkward: str) -> Question:
    """Whether a key that holds every sign which is not escaped is held as it is."""

    def ask(bench: Bench) -> tuple[Verdict, str]:
        bench.put(awkward, TEXT)
        listed = [info.key for info in bench.store.list(bench.folder)]
        if f"{bench.folder}/{awkward}" in listed:
            return Verdict.YES, "a key with every sign that is not escaped: listed as it was written"
        return Verdict.IGNORED, "a key with every sign that is not escaped: listed as another one, or not at all"

    return ask


def order(bench: Bench) -> tuple[Verdict, str]:
    for name in ("B", "a", "A.b", "A-b", "_"):
        bench.put(f"order/{name}", TEXT)
    listed = [info.key for info in bench.store.list(f"{bench.folder}/order")]
    told = f"a listing of {len(listed)} keys"
    if listed == sorted(listed, key=str.encode):
        return Verdict.YES, f"{told}, in the byte order of UTF-8"
    return Verdict.NO, f"{told}, in another order"


def signed_url(bench: Bench) -> tuple[Verdict, str]:
    url = bench.store.signed_url(f"{bench.folder}/{FIRST}", expires=timedelta(minutes=5))
    status, body = bench.fetch(url)
    if not status:
        return Verdict.UNKNOWN, "GET of a signed URL: no answer"
    told = f"GET of a signed URL: {status}"
    if status == 200:
        return (Verdict.YES, told) if body == GIF else (Verdict.IGNORED, f"{told}, with other bytes")
    return Verdict.NO, told


def public(plain: Callable[[str], str]) -> Question:
    """Whether everybody may read an object at the *plain* URL of its key."""

    def ask(bench: Bench) -> tuple[Verdict, str]:
        status, _ = bench.fetch(plain(f"{bench.folder}/{FIRST}"))
        told = f"GET without a signature: {status or 'no answer'}"
        if status == 200:
            return Verdict.YES, told
        return (Verdict.NO if 400 <= status < 500 and status not in (420, 429) else Verdict.UNKNOWN), told

    return ask


def _answered(subject: Subject, ask: Question, bench: Bench) -> Finding:
    try:
        verdict, evidence = ask(bench)
    except StoreError as error:
        return Finding(subject, Verdict.UNKNOWN, error.reason)
    return Finding(subject, verdict, evidence)


def _deleted(left: tuple[str, ...]) -> Finding:
    if left:
        return Finding(Subject.DELETE_MANY, Verdict.NO, f"{len(left)} objects could not be deleted")
    return Finding(Subject.DELETE_MANY, Verdict.YES, "the objects of this probe, in as few requests as it takes")


def _md5(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()
