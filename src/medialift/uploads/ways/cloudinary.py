"""A large file as several forms, one after the other: Cloudinary's way."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest

from medialift.stores.base import ObjectStore, capability
from medialift.stores.uploading import ChunkedForms
from medialift.uploads.tickets import Ticket
from medialift.uploads.ways.single import whole_of
from medialift.uploads.ways.way import Way, needed


class CloudinaryWay(Way):
    name = "cloudinary"

    def suits(self, store: ObjectStore, size: int) -> bool:
        return 0 < store.traits.multipart_threshold < size and capability(store, ChunkedForms) is not None

    def told(self, store: ObjectStore, ticket: Ticket, request: HttpRequest) -> dict[str, Any]:
        """Another upload each time: the service does not tell what has arrived of one that broke."""
        form, chunk_size = whole_of(store, ticket), needed(store, ChunkedForms).chunk_size()
        headers = {"X-Unique-Upload-Id": secrets.token_hex(16)}
        told = {"kind": "cloudinary", "url": form["url"], "fields": form["fields"], "headers": headers}
        return {**told, "chunk_size": chunk_size}
