"""What every way of sending a file can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from medialift.stores.base import ObjectStore, capability
from medialift.uploads.tickets import Ticket

URL_LIFE = timedelta(hours=1)
"""Within which the browser has to begin to send."""

TOO_LARGE = _("This file is too large to be sent.")
INCOMPLETE = _("The file did not arrive completely yet. Please send the rest.")
NO_QUESTION = _("This is not a question about an upload.")

A = TypeVar("A")


class Way:
    """One way. ``name`` stands in the ticket; the browser is told a ``kind``."""

    name = ""

    def suits(self, store: ObjectStore, size: int) -> bool:
        """Whether *store* takes a file of *size* bytes in this way."""
        raise NotImplementedError

    def begun(self, store: ObjectStore, ticket: Ticket) -> Ticket:
        """The ticket of an upload that the service may have to know first. Raises ``ValidationError``."""
        return ticket

    def told(self, store: ObjectStore, ticket: Ticket, request: HttpRequest) -> dict[str, Any]:
        """What the browser has to know to send the file; asked for again where signatures became too old."""
        raise NotImplementedError

    def answer(self, store: ObjectStore, ticket: Ticket, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a question of this way alone. Raises ``ValidationError``."""
        raise ValidationError(NO_QUESTION, code="bad_request")

    def finish(self, store: ObjectStore, ticket: Ticket) -> None:
        """Make the file of what arrived; once it is made, nothing more. Raises ``ValidationError``."""

    def cancel(self, store: ObjectStore, ticket: Ticket) -> None:
        """Throw away what arrived and is no file yet."""


def needed(store: ObjectStore, ability: type[A]) -> A:
    """The ability by which a ticket's way was chosen. Raises ``ValidationError`` if the storage has changed since."""
    found = capability(store, ability)
    if found is None:
        raise ValidationError(_("This upload is not known here. Please choose the file again."), code="invalid")
    return found
