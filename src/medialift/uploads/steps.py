"""The four steps of an upload: announced, arrived, looked at, taken."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from medialift.content_types import UNKNOWN, guess, is_active
from medialift.errors import AlreadyExistsError, NotFoundError, PreconditionError, UnsupportedError
from medialift.stores.base import ObjectStore, capability
from medialift.stores.reader import ObjectReader
from medialift.stores.uploading import Copies, Moves
from medialift.types import Headers, ObjectInfo
from medialift.uploads import digest
from medialift.uploads.incoming import new_key
from medialift.uploads.target import BAD_NAME, Target, new_name
from medialift.uploads.tickets import RECEIPT, TICKET, Ticket, opened, visitor
from medialift.uploads.ways import way_for, way_of

WAITS = (0.0, 0.1, 0.2, 0.4, 0.8)
"""Seconds for the row of another request, which took the file just now, to come to be seen."""

LARGEST = 2**63 - 1
"""Bytes. A number of thousands of digits is no size, and cannot even be told to be too large."""

NOT_THERE = _("The file did not arrive. Please send it again.")
OTHER_SIZE = _("The file did not arrive completely. Please send it again.")
ARRIVED = _("The file has arrived already.")
CHANGED = _("The file was changed after it was looked at. Please choose it again.")
USED = _("This file was stored already. Please choose it again to store it twice.")


def announce(field: str, who: str, filename: Any, size: Any, instance: Any, *, sha256: Any = None) -> Ticket:
    """The ticket for a file that a visitor wants to send. Raises ``ValidationError`` for one that is not accepted."""
    if not isinstance(filename, str) or type(size) is not int or not 0 <= size <= LARGEST:
        raise ValidationError(BAD_NAME, code="bad_name")
    # Windows lets a name hold half a character, which no page can show.
    base = filename.encode(errors="replace").decode().replace("\\", "/").rpartition("/")[2][-255:]
    target = Target(field, new_name(field, base, instance))
    _refuse_frozen(target)
    target.check_announced(size)
    sha256 = digest.told(sha256, size)
    kind = guess(target.name)
    way = way_for(target.store, size)
    # Nothing was looked at yet: in an open bucket, nobody shall open this as a page.
    content_type = UNKNOWN if is_active(kind) else kind
    key = new_key(target.store, target.key)
    ticket = Ticket(field, who, base, target.name, key, size, content_type, way.name, sha256=sha256)
    return way.begun(target.store, ticket)


def how_to_send(ticket: Ticket, request: HttpRequest) -> dict[str, Any]:
    """What the browser has to know to send the file, with signatures of now. Raises ``ValidationError``."""
    target = Target(ticket.field, ticket.name)
    _refuse_frozen(target)
    try:
        return way_of(ticket).told(target.store, ticket, request)
    except AlreadyExistsError as error:
        raise ValidationError(ARRIVED, code="arrived") from error


def answered(ticket: Ticket, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a question that only one way of sending has. Raises ``ValidationError``."""
    target = Target(ticket.field, ticket.name)
    _refuse_frozen(target)
    return way_of(ticket).answer(target.store, ticket, asked)


def carry(ticket: Ticket, body: Any) -> None:
    """Store what the browser sends to the site; a repeated request changes nothing. Memory stays flat."""
    target = Target(ticket.field, ticket.name)
    _refuse_frozen(target)
    exact: Any = _Exactly(body, ticket.size)
    headers = Headers(content_type=ticket.content_type)
    with suppress(AlreadyExistsError):
        target.store.put(ticket.key, exact, headers=headers, if_absent=target.store.traits.atomic_create)


def look(ticket: Ticket) -> Ticket:
    """The receipt for a file that arrived and is accepted; a bad one is deleted.

    Raises ``ValidationError`` with what a visitor should know.
    """
    target = Target(ticket.field, ticket.name)
    way_of(ticket).finish(target.store, ticket)
    try:
        return _looked_at(ticket, target)
    except NotFoundError:
        raise ValidationError(NOT_THERE, code="not_there") from None
    except PreconditionError:
        target.store.delete(ticket.key)
        raise ValidationError(CHANGED, code="changed") from None
    except ValidationError:
        target.store.delete(ticket.key)
        raise


def cancel(ticket: Ticket) -> None:
    """Remove what has arrived."""
    store = Target(ticket.field, ticket.name).store
    way_of(ticket).cancel(store, ticket)
    store.delete(ticket.key)


def claim(request: HttpRequest, receipt: str, field: str) -> str:
    """Bring a file to its place, and return the name to store in *field* (``app_label.Model.field``).

    The bytes do not pass through the site where the service copies. Call it when the row is saved; a
    repetition gives the same name, until a row holds it. Raises ``ValidationError`` if the receipt
    is not this visitor's for this field, or the file is not the one that was looked at.
    """
    return take(receipt_of(request, receipt, field))


def take(held: Ticket) -> str:
    """Bring the file of a receipt to its place: :func:`claim`, for a receipt that was opened before."""
    target = Target(held.field, held.name)
    _refuse_frozen(target)
    if _exists(target.store, target.key):
        return _given_again(target)
    try:
        _bring(target, held)
    except (NotFoundError, AlreadyExistsError):
        # The same form, sent twice at once: the other one was faster.
        if not _exists(target.store, target.key):
            raise ValidationError(NOT_THERE, code="not_there") from None
        return _given_again(target)
    except PreconditionError:
        target.store.delete(held.key)
        raise ValidationError(CHANGED, code="changed") from None
    target.store.delete(held.key)
    return target.name


def check_waiting(held: Ticket) -> None:
    """Raise ``ValidationError`` unless the file of a receipt can still be taken. Moves nothing; one request."""
    target = Target(held.field, held.name)
    try:
        version = _version(target.store.head(held.key))
    except NotFoundError:
        if not _exists(target.store, target.key):
            raise ValidationError(NOT_THERE, code="not_there") from None
        _given_again(target)
        return
    if version != held.etag:
        raise ValidationError(CHANGED, code="changed")


def opened_for_reading(held: Ticket) -> File[Any]:
    """The file of a receipt, before it is taken: reads from the store only what is asked for."""
    return File(io.BufferedReader(ObjectReader(Target(held.field, held.name).store, held.key)), name=held.filename)


def ticket_of(request: HttpRequest, text: Any, field: str) -> Ticket:
    """The visitor's ticket for *field*. Raises ``ValidationError``."""
    return opened(text, TICKET, field=field, who=visitor(request))


def receipt_of(request: HttpRequest, text: Any, field: str) -> Ticket:
    """What the visitor's receipt for *field* holds. Raises ``ValidationError``."""
    return opened(text, RECEIPT, field=field, who=visitor(request))


# ── inside ───────────────────────────────────────────────────────────────────────────────────


def _looked_at(ticket: Ticket, target: Target) -> Ticket:
    with ObjectReader(target.store, ticket.key) as reader:
        if reader.info.size != ticket.size:
            raise ValidationError(OTHER_SIZE, code="other_size")
        digest.compare(reader, ticket.sha256)
        file: File[Any] = File(io.BufferedReader(reader), name=target.name)
        kept = target.checked(file, ticket.size)
        if kept is file:
            return replace(ticket, etag=_version(reader.info))
        data = kept.read()
    target.store.put(ticket.key, data, headers=Headers(content_type=UNKNOWN))
    with ObjectReader(target.store, ticket.key) as again:
        # The visitor's own address still takes files: only what was made safe gets a receipt.
        if again.read() != data:
            raise ValidationError(CHANGED, code="changed")
        return replace(ticket, size=len(data), etag=_version(again.info))


def _bring(target: Target, held: Ticket) -> None:
    copies, store = capability(target.store, Copies), target.store
    if copies is not None:
        copies.copy_within(held.key, target.key, size=held.size, if_match=held.etag, headers=target.headers(b""))
        return
    if (moves := capability(store, Moves)) is not None:
        moves.move_within(held.key, target.key, if_match=held.etag)
        return
    with store.get(held.key) as download:
        if _version(download.info) != held.etag:
            raise PreconditionError("the object is another version", operation="get", key=held.key)
        body: Any = download
        store.put(target.key, body, headers=target.headers(b""), if_absent=store.traits.atomic_create)


def _given_again(target: Target) -> str:
    """The name, once more: the row may not have been saved. Raises ``ValidationError`` if one holds it."""
    for wait in WAITS:
        time.sleep(wait)
        if target.is_held():
            raise ValidationError(USED, code="used")
    return target.name


def _version(info: ObjectInfo) -> str:
    if version := info.etag or info.fingerprint:
        return version
    raise UnsupportedError("this store cannot tell one version of an object from another", key=info.key)


def _exists(store: ObjectStore, key: str) -> bool:
    try:
        store.head(key)
    except NotFoundError:
        return False
    return True


def _refuse_frozen(target: Target) -> None:
    refuse: Callable[[str, str], None] | None = getattr(target.storage, "refuse_frozen", None)
    if refuse is not None:
        refuse("save", target.name)


class _Exactly:
    """A body of *size* bytes, and an error for any other: half a file is never stored."""

    def __init__(self, body: Any, size: int) -> None:
        self._body, self._left = body, size

    def read(self, size: int = -1, /) -> bytes:
        data: bytes = self._body.read(size if size >= 0 else self._left + 1)
        self._left -= len(data)
        if self._left < 0 or (not data and size != 0 and self._left):
            raise ValidationError(OTHER_SIZE, code="other_size")
        return data
