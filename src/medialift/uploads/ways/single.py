"""The whole file in one request, to the service itself."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from medialift.stores.base import ObjectStore, capability
from medialift.stores.uploading import DirectUpload, UploadRequest
from medialift.uploads.tickets import Ticket
from medialift.uploads.ways.way import TOO_LARGE, URL_LIFE, Way, needed


class SingleWay(Way):
    name = "single"

    def suits(self, store: ObjectStore, size: int) -> bool:
        ability = capability(store, DirectUpload)
        return ability is not None and ability.takes_upload(size)

    def told(self, store: ObjectStore, ticket: Ticket, request: HttpRequest) -> dict[str, Any]:
        return {"kind": "single", **whole_of(store, ticket)}


def whole_of(store: ObjectStore, ticket: Ticket) -> dict[str, Any]:
    """The request of a whole file, or the form of each of its chunks."""
    ability = needed(store, DirectUpload)
    try:
        made = ability.upload_request(ticket.key, size=ticket.size, content_type=ticket.content_type, expires=URL_LIFE)
    except ValueError as error:
        raise ValidationError(TOO_LARGE, code="file_too_large") from error
    return {**told_of(made), "fields": dict(made.fields)}


def told_of(request: UploadRequest) -> dict[str, Any]:
    """A request of the browser's, in the words of the protocol."""
    return {"method": request.method, "url": request.url, "headers": dict(request.headers)}
