"""A large file by the tus protocol, which goes on where a connection broke: Supabase's way."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from medialift.errors import NotFoundError, TooLargeError
from medialift.stores.base import ObjectStore, capability
from medialift.stores.uploading import ResumableUploads
from medialift.uploads.tickets import Ticket
from medialift.uploads.ways.way import INCOMPLETE, TOO_LARGE, Way, needed


class TusWay(Way):
    name = "tus"

    def suits(self, store: ObjectStore, size: int) -> bool:
        return 0 < store.traits.multipart_threshold < size and capability(store, ResumableUploads) is not None

    def begun(self, store: ObjectStore, ticket: Ticket) -> Ticket:
        ability = needed(store, ResumableUploads)
        try:
            return ticket.of_upload(
                ability.begin_resumable(ticket.key, size=ticket.size, content_type=ticket.content_type)
            )
        except TooLargeError as error:
            raise ValidationError(TOO_LARGE, code="file_too_large") from error

    def told(self, store: ObjectStore, ticket: Ticket, request: HttpRequest) -> dict[str, Any]:
        how = needed(store, ResumableUploads).resumable(ticket.key, ticket.upload_id)
        return {"kind": "tus", "url": how.url, "headers": dict(how.headers), "chunk_size": how.chunk_size}

    def finish(self, store: ObjectStore, ticket: Ticket) -> None:
        """The last byte makes the file; here is only seen whether it came."""
        try:
            offset = needed(store, ResumableUploads).resumable_offset(ticket.key, ticket.upload_id)
        except NotFoundError:
            return
        if offset < ticket.size:
            raise ValidationError(INCOMPLETE, code="incomplete")

    def cancel(self, store: ObjectStore, ticket: Ticket) -> None:
        needed(store, ResumableUploads).end_resumable(ticket.key, ticket.upload_id)
