"""The whole file in one request, through the site: where the store lets nobody else send to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token

from medialift.stores.base import ObjectStore
from medialift.uploads.tickets import TICKET, Ticket
from medialift.uploads.ways.way import Way

SITE = "site"
TICKET_HEADER = "X-Upload-Ticket"


class SiteWay(Way):
    name = SITE

    def suits(self, store: ObjectStore, size: int) -> bool:
        return True

    def told(self, store: ObjectStore, ticket: Ticket, request: HttpRequest) -> dict[str, Any]:
        headers = {
            "Content-Type": ticket.content_type,
            TICKET_HEADER: ticket.signed(TICKET),
            "X-CSRFToken": get_token(request),
        }
        return {"kind": "single", "method": "PUT", "url": request.get_full_path(), "fields": {}, "headers": headers}
