"""Creates many small objects at once, from one thread and without a driver, signed by this package.

An answer that says "created" is all that this knows of. Everything else (a refusal, a lost
connection, headers that need a driver's care) is told as "not known", and who asked does it again in
the careful way: a create is refused where the object is there already, so that nothing is done twice.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from medialift.errors import MedialiftError
from medialift.stores.express import Sent
from medialift.stores.s3.address import Address
from medialift.stores.s3.headers import bare, etag_is_opaque
from medialift.stores.s3.lines import SLOWEST_LINE, Lines
from medialift.stores.s3.plain import PlainHeaders, PlainKeys
from medialift.stores.s3.replies import Reply
from medialift.stores.sigv4 import ALGORITHM, SigningKey, derived_key, quoted_path
from medialift.types import Headers, Stored

KEYS_LIVE = 60.0
"""Seconds after which the credentials are asked for again: temporary ones are renewed well before they end."""
REMEMBERED = 256
"""Headers of which is remembered what they look like in a request."""

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_ASKS_FOR_LESS = (429, 503)
_TAKEN = 412
_OF_AMAZON = {"storage-class": "x-amz-storage-class"}


@dataclass(frozen=True, slots=True)
class _Form:
    """A request but for what differs between two objects with the same headers."""

    headers: Headers
    second: int
    canonical: tuple[str, str]
    to_sign: str
    lines: tuple[str, str]
    key: bytes


@dataclass(frozen=True)
class S3Route:
    """All that creates in one bucket need but credentials. *host* is HTTP's header, *path* what comes before every key,
    not quoted; *patience* is in seconds.
    """

    address: Address
    host: str
    path: str
    patience: float
    headers: PlainHeaders
    keys: PlainKeys

    def open(self, credentials: Callable[[], SigningKey | None]) -> S3Express:
        return S3Express(self, credentials)


class S3Express:
    """:class:`~medialift.stores.express.SendsExpress` for one bucket."""

    def __init__(self, route: S3Route, credentials: Callable[[], SigningKey | None]) -> None:
        self.route, self._credentials = route, credentials
        self._lines: Lines[tuple[Any, str, int]] = Lines(route.address)
        self._forms: dict[int, _Form] = {}
        self._key: SigningKey | None = None
        self._key_until = 0.0

    @property
    def under_way(self) -> int:
        return self._lines.under_way

    @property
    def alive(self) -> bool:
        return self._lines.alive

    def begin(self, ticket: object, key: str, body: bytes, *, headers: Headers, sha256: bytes) -> bool:
        full = self.route.keys.full(key)
        form = self._form(headers) if full is not None else None
        if full is None or form is None:
            return False
        head = self._head(form, quoted_path(self.route.path + full), sha256.hex(), len(body))
        timeout = self.route.patience + len(body) / SLOWEST_LINE
        self._lines.send((ticket, key, len(body)), head + body, timeout=timeout)
        return True

    def answers(self, wait: float) -> Iterator[Sent]:
        for (ticket, key, size), reply in self._lines.replies(wait):
            if reply is None:
                yield Sent(ticket, None)
            elif reply.status == 200:
                yield Sent(ticket, _stored(key, size, reply))
            else:
                status = reply.status
                yield Sent(ticket, None, exists=status == _TAKEN, throttled=status in _ASKS_FOR_LESS)

    def credentials(self) -> SigningKey | None:
        now = time.monotonic()
        if self._key is None or now >= self._key_until:
            try:
                self._key, self._key_until = self._credentials(), now + KEYS_LIVE
            except MedialiftError:
                return None
        return self._key

    def renew(self) -> None:
        self._key = None

    def wake_by(self, file: int) -> None:
        self._lines.wake_by(file)

    def close(self) -> None:
        self._lines.close()

    # ── the request ──────────────────────────────────────────────────────────────────────────

    @staticmethod
    def _head(form: _Form, path: str, sha256: str, size: int) -> bytes:
        before, after = form.canonical
        canonical = f"PUT\n{path}\n\n{before}{sha256}{after}{sha256}"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        signature = hmac.digest(form.key, f"{form.to_sign}{digest}".encode(), "sha256").hex()
        first, second = form.lines
        return f"PUT {path} HTTP/1.1\r\n{first}{sha256}{second}{signature}\r\ncontent-length: {size}\r\n\r\n".encode()

    def _form(self, headers: Headers) -> _Form | None:
        """What all requests with *headers* have in common in this second; ``None`` if they cannot be sent so."""
        now = int(time.time())
        known = self._forms.get(id(headers))
        # Kept with the headers, so that their id stays theirs: the files of a site share a few.
        if known is not None and known.headers is headers and known.second == now:
            return known
        attributes = self.route.headers.of(headers)
        key = self.credentials()
        form = None if attributes is None or key is None else _form(headers, attributes, key, self.route.host, now)
        if form is not None:
            if len(self._forms) >= REMEMBERED:
                self._forms.clear()
            self._forms[id(headers)] = form
        return form


def _form(headers: Headers, attributes: Mapping[str, str], key: SigningKey, host: str, second: int) -> _Form | None:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
    sent = {
        _header(name): value for name, value in attributes.items()
    } | {"host": host, "if-none-match": "*", "x-amz-content-sha256": "\0", "x-amz-date": stamp}  # fmt: skip
    if key.session_token:
        sent["x-amz-security-token"] = key.session_token
    if not all(map(_NAME.fullmatch, sent)):
        return None
    names = sorted(sent)
    signed = ";".join(names)
    scope = f"{stamp[:8]}/{key.region}/{key.service}/aws4_request"
    canonical = "".join(f"{name}:{' '.join(sent[name].split())}\n" for name in names)
    lines = "".join(f"{name}: {sent[name]}\r\n" for name in names)
    lines += f"authorization: {ALGORITHM} Credential={key.access_key_id}/{scope}, SignedHeaders={signed}, Signature="
    before, _, after = f"{canonical}\n{signed}\n".partition("\0")
    first, _, rest = lines.partition("\0")
    derived = derived_key(key.secret, stamp[:8], key.region, key.service)
    return _Form(headers, second, (before, after), f"{ALGORITHM}\n{stamp}\n{scope}\n", (first, rest), derived)


def _header(name: str) -> str:
    """The HTTP header of an attribute: everything that HTTP does not know is metadata."""
    lower = name.lower()
    if name != lower:  # the driver's own names are capitalised, and metadata never are
        return _OF_AMAZON.get(lower, lower)
    return f"x-amz-meta-{lower}"


def _stored(key: str, size: int, reply: Reply) -> Stored:
    told = reply.headers
    encryption = {
        "ServerSideEncryption": told.get("x-amz-server-side-encryption"),
        "SSECustomerAlgorithm": told.get("x-amz-server-side-encryption-customer-algorithm"),
    }
    return Stored(key, size, bare(told.get("etag")), told.get("x-amz-version-id"), opaque=etag_is_opaque(encryption))
