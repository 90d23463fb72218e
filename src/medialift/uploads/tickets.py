"""Tickets and receipts: what the server remembers of an upload, signed and kept by the browser.

A ticket says which file may be sent; a receipt, that it arrived and was looked at. Both are bound to
the visitor, the field and the key, and end after a time. They are readable, and cannot be changed.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any, NoReturn

from django.core import signing
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

TICKET, RECEIPT = "medialift.uploads.ticket", "medialift.uploads.receipt"
LIVES = {TICKET: timedelta(hours=6), RECEIPT: timedelta(hours=24)}
"""How long the file may take to arrive, and how long the form with it may then stay open."""

SESSION = "medialift_uploads"

EXPIRED = _("This upload took too long. Please choose the file again.")
INVALID = _("This upload is not known here. Please choose the file again.")


@dataclass(frozen=True, slots=True)
class Ticket:
    """One upload. ``field`` is ``app_label.Model.field``, ``size`` bytes.

    ``filename`` is the visitor's name of the file, ``name`` that under which it will be stored, ``key``
    where it arrives. ``way`` is how it is sent; an upload in several requests has a name at the service,
    ``upload_id``, and may have a ``part_size`` in bytes. ``sha256`` is the browser's digest in hex, empty if
    it told none. Only a receipt has an ``etag``: the version that was looked at.
    """

    field: str
    who: str
    filename: str
    name: str
    key: str
    size: int
    content_type: str
    way: str
    upload_id: str = ""
    part_size: int = 0
    sha256: str = ""
    etag: str = ""

    def of_upload(self, upload_id: str, part_size: int = 0) -> Ticket:
        """The ticket of an upload that the service knows under a name of its own."""
        return replace(self, upload_id=upload_id, part_size=part_size)

    def signed(self, purpose: str) -> str:
        return signing.dumps(asdict(self), salt=purpose, compress=True)


def opened(text: Any, purpose: str, *, field: str, who: str) -> Ticket:
    """The ticket or receipt in *text*. Raises ``ValidationError`` if it is not this visitor's, for this field."""
    ticket = unsealed(text, purpose)
    if (ticket.field, ticket.who) != (field, who):
        _refuse()
    return ticket


def unsealed(text: Any, purpose: str) -> Ticket:
    """A ticket or receipt of anybody's: enough to show what it says. Raises ``ValidationError`` if it is not ours."""
    try:
        return Ticket(**signing.loads(str(text), salt=purpose, max_age=LIVES[purpose]))
    except signing.SignatureExpired:
        raise ValidationError(EXPIRED, code="expired") from None
    except (signing.BadSignature, TypeError, ValueError):
        _refuse()


def visitor(request: HttpRequest) -> str:
    """Who a ticket belongs to: the user, or the session of somebody who is not signed in.

    Raises ``ImproperlyConfigured`` where there is neither.
    """
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"user {user.pk}"
    session: Any = getattr(request, "session", None)
    if session is None:
        raise ImproperlyConfigured("uploads need users or sessions: add Django's session middleware")
    if SESSION not in session:
        session[SESSION] = secrets.token_hex(16)
    return f"session {session[SESSION]}"


def _refuse() -> NoReturn:
    raise ValidationError(INVALID, code="invalid")
