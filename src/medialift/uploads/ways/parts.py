"""A large file in parts, several at a time and in any order: the S3 family's way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from medialift.errors import NotFoundError, TooLargeError
from medialift.stores.base import ObjectStore, capability
from medialift.stores.uploading import ArrivedPart, Parts, PartsUpload
from medialift.uploads.tickets import Ticket
from medialift.uploads.ways.single import told_of
from medialift.uploads.ways.way import INCOMPLETE, NO_QUESTION, TOO_LARGE, URL_LIFE, Way, needed

AT_ONCE = 100
"""Parts that one question may ask for."""

OTHER_PARTS = _("The file did not arrive as it was announced. Please send it again.")


class PartsWay(Way):
    name = "parts"

    def suits(self, store: ObjectStore, size: int) -> bool:
        return 0 < store.traits.multipart_threshold < size and capability(store, PartsUpload) is not None

    def begun(self, store: ObjectStore, ticket: Ticket) -> Ticket:
        ability = needed(store, PartsUpload)
        try:
            parts = ability.begin_parts(ticket.key, size=ticket.size, content_type=ticket.content_type)
        except TooLargeError as error:
            raise ValidationError(TOO_LARGE, code="file_too_large") from error
        return ticket.of_upload(parts.id, parts.part_size)

    def told(self, store: ObjectStore, ticket: Ticket, request: HttpRequest) -> dict[str, Any]:
        parts = _parts(ticket)
        return {"kind": "parts", "part_size": parts.part_size, "count": parts.count}

    def answer(self, store: ObjectStore, ticket: Ticket, asked: Mapping[str, Any]) -> dict[str, Any]:
        ability, parts = needed(store, PartsUpload), _parts(ticket)
        if asked == {"arrived": True}:
            return {"arrived": _arrived(ability, ticket.key, parts)}
        if asked.keys() == {"parts"}:
            numbers = _numbers(asked["parts"], parts.count)
            made = ability.part_requests(ticket.key, parts, numbers, expires=URL_LIFE)
            return {"parts": [{"number": number, **told_of(one)} for number, one in zip(numbers, made, strict=True)]}
        return super().answer(store, ticket, asked)

    def finish(self, store: ObjectStore, ticket: Ticket) -> None:
        """Only of exactly the parts that were announced."""
        ability, parts = needed(store, PartsUpload), _parts(ticket)
        try:
            arrived = ability.arrived_parts(ticket.key, parts.id)
            if not all(_is_whole(part, parts) for part in arrived):
                ability.abort_parts(ticket.key, parts.id)
                raise ValidationError(OTHER_PARTS, code="other_size")
            if len(arrived) < parts.count:
                raise ValidationError(INCOMPLETE, code="incomplete")
            ability.finish_parts(ticket.key, parts.id, arrived)
        except NotFoundError:
            # Finished before, and the answer was lost: whoever looks finds the file. Or it was cancelled, and does not.
            return

    def cancel(self, store: ObjectStore, ticket: Ticket) -> None:
        needed(store, PartsUpload).abort_parts(ticket.key, ticket.upload_id)


def _parts(ticket: Ticket) -> Parts:
    return Parts(ticket.upload_id, ticket.size, ticket.part_size)


def _arrived(ability: PartsUpload, key: str, parts: Parts) -> list[int]:
    """The numbers of the parts that are there, and whole. All of them, if the file was made of them already."""
    try:
        arrived = ability.arrived_parts(key, parts.id)
    except NotFoundError:
        return list(range(1, parts.count + 1))
    return [part.number for part in arrived if _is_whole(part, parts)]


def _is_whole(part: ArrivedPart, parts: Parts) -> bool:
    """Whether it is one of the file's parts, and of its size."""
    return part.number <= parts.count and part.size == parts.size_of(part.number)


def _numbers(asked: Any, count: int) -> list[int]:
    if not isinstance(asked, list) or not 1 <= len(asked) <= AT_ONCE:
        raise ValidationError(NO_QUESTION, code="bad_request")
    if not all(type(number) is int and 1 <= number <= count for number in asked):
        raise ValidationError(_("This file has no such part."), code="bad_request")
    return list(dict.fromkeys(asked))
