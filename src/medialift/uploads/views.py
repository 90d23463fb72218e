"""The address of one field's uploads: announce, send, look, cancel."""

from __future__ import annotations

import json
import logging
from typing import Any

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.generic.base import View

from medialift.downloads.permissions import Permission, allows
from medialift.errors import StoreError, UploadsFrozenError
from medialift.uploads import steps
from medialift.uploads.target import field_of
from medialift.uploads.tickets import RECEIPT, TICKET, Ticket, visitor
from medialift.uploads.ways.site import SITE, TICKET_HEADER
from medialift.uploads.ways.way import NO_QUESTION

LONGEST = 16 * 1024
"""Bytes of a question; files do not come this way."""

log = logging.getLogger("medialift.uploads")


class DirectUploadView(View):
    """Lets visitors send files for one field: ``DirectUploadView.as_view(field="shop.Invoice.pdf", permission=…)``.

    ``POST {"name", "size"}`` gives a ticket and how to send the file; ``POST {"ticket"}`` looks at what
    arrived and gives a receipt, for :func:`~medialift.uploads.claim`. With a ticket and more, ``POST``
    answers what sending in several requests has to ask. ``PUT`` takes the file itself where the store
    cannot, and ``DELETE`` removes what arrived, both with the ticket in a header. *permission* is asked
    each time, with no row. Django's CSRF protection applies.
    """

    http_method_names = ("post", "put", "delete", "options")
    field = ""
    permission: Permission | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.may_upload(request):
            return _problem(403, "not_allowed", [_("You may not send files here. Are you still signed in?")])
        try:
            response = super().dispatch(request, *args, **kwargs)
        except ValidationError as error:
            return _problem(400, _code(error), error.messages)
        except UploadsFrozenError:
            return _problem(503, "frozen", [_("Files cannot be sent for a few minutes. Please try again later.")])
        except StoreError:
            log.exception("An upload for %s failed in the store.", self.field)
            return _problem(503, "unavailable", [_("The file could not be stored. Please try again.")])
        response["Cache-Control"] = "no-store"
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = _question(request)
        if "ticket" not in asked:
            return self._announce(request, asked)
        ticket = steps.ticket_of(request, asked.pop("ticket"), self.field)
        if not asked:
            return self._look(ticket)
        if asked == {"again": True}:
            return JsonResponse({"upload": steps.how_to_send(ticket, request)})
        return JsonResponse(steps.answered(ticket, asked))

    def put(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        ticket = steps.ticket_of(request, request.headers.get(TICKET_HEADER), self.field)
        if ticket.way != SITE:
            return _problem(400, "not_here", [_("This file goes to the storage itself.")])
        if request.headers.get("Content-Length") != str(ticket.size):
            return _problem(400, "other_size", [_("The file is not of the size that was announced.")])
        steps.carry(ticket, request)
        return HttpResponse(status=204)

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        steps.cancel(steps.ticket_of(request, request.headers.get(TICKET_HEADER), self.field))
        return HttpResponse(status=204)

    # ── to override ──────────────────────────────────────────────────────────────────────────

    def may_upload(self, request: HttpRequest) -> bool:
        """Whether this visitor may send files for the field."""
        chosen = vars(self).get("permission") or _declared(type(self))
        if chosen is None:
            raise ImproperlyConfigured(f"{type(self).__name__} says nobody may upload: set its permission")
        return allows(chosen, request, None)

    def get_instance(self, request: HttpRequest) -> Any:
        """The row that the field's ``upload_to`` is asked with; a new one, if it is not said."""
        return field_of(self.field).model()

    # ── inside ───────────────────────────────────────────────────────────────────────────────

    def _announce(self, request: HttpRequest, asked: dict[str, Any]) -> HttpResponseBase:
        ticket = steps.announce(
            self.field,
            visitor(request),
            asked.get("name"),
            asked.get("size"),
            self.get_instance(request),
            sha256=asked.get("sha256"),
        )
        upload = steps.how_to_send(ticket, request)
        return JsonResponse({"ticket": ticket.signed(TICKET), "upload": upload}, status=201)

    def _look(self, ticket: Ticket) -> HttpResponseBase:
        seen = steps.look(ticket)
        told = {"receipt": seen.signed(RECEIPT), "name": seen.filename, "size": seen.size}
        return JsonResponse({**told, "type": seen.content_type})


def _question(request: HttpRequest) -> dict[str, Any]:
    length = request.headers.get("Content-Length", "")
    if not length.isdigit() or int(length) > LONGEST:
        raise ValidationError(NO_QUESTION, code="bad_request")
    try:
        asked = json.loads(request.body)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise ValidationError(NO_QUESTION, code="bad_request")
    return asked


def _code(error: ValidationError) -> str:
    return next((str(one.code) for one in error.error_list if one.code), "refused")


def _problem(status: int, code: str, messages: list[str]) -> JsonResponse:
    response = JsonResponse({"error": {"code": code, "messages": messages}}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _declared(kind: type[DirectUploadView]) -> Permission | None:
    """A function that is a class attribute would become a method, and get the view as its request."""
    for base in kind.__mro__:
        if (found := vars(base).get("permission")) is not None:
            permission: Permission = found.__func__ if isinstance(found, staticmethod) else found
            return permission
    return None
