"""The site itself, when the first visitor asks: needs the extra ``images``, and a line in the URLconf."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timezone

from django.core.exceptions import ImproperlyConfigured
from django.urls import NoReverseMatch, reverse

from medialift.images.embedded.render import writes
from medialift.images.embedded.tickets import Ticket, place_of
from medialift.images.engines.access import lasting_of
from medialift.images.originals import Original
from medialift.images.request import Format, ImageRequest
from medialift.storage.urls import signing_window


@dataclass(frozen=True)
class EmbeddedEngine:
    """One address is one file, for every browser: caches need to know nothing of formats."""

    negotiates: bool = False

    def makes(self, format: Format) -> bool:
        return writes(format)

    def url(self, original: Original, wished: ImageRequest) -> str:
        """A signed address of the site's; of a private original it lasts as long as the storage's own addresses."""
        ticket = Ticket(place_of(original), original.name, _settled(original, wished), _until(original))
        try:
            return reverse("medialift_images:rendition", args=(ticket.signature, ticket.target))
        except NoReverseMatch:
            raise ImproperlyConfigured(
                'images are made by the site itself: add path("images/", include("medialift.images.urls")) '
                "to the URLconf"
            ) from None


def _settled(original: Original, wished: ImageRequest) -> ImageRequest:
    """*wished* with one format, which the address names."""
    if wished.format is Format.AUTO:
        return replace(wished, format=Format.WEBP)
    return replace(wished, format=original.format) if wished.format is Format.ORIGINAL else wished


def _until(original: Original) -> int | None:
    lasting = lasting_of(original.storage)
    if lasting is None:
        return None
    start, lasting = signing_window(lasting, datetime.now(timezone.utc))
    return int((start + lasting).timestamp())
