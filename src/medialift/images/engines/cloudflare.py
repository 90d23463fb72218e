"""Cloudflare's image transformations, for originals that everybody may read.

Anybody can write such an address with another size: Cloudflare signs none. That costs a transformation, and
what a zone may be asked for is limited there.

Source: https://developers.cloudflare.com/images/transform-images/transform-via-url/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from medialift.images.engines.access import refuse_private
from medialift.images.originals import Original
from medialift.images.request import MIDDLE, Fit, Format, ImageRequest

_FITS = {Fit.CONTAIN: "scale-down", Fit.COVER: "crop", Fit.FILL: "squeeze"}
_FORMATS = (Format.AUTO, Format.ORIGINAL, Format.AVIF, Format.WEBP, Format.JPEG)


@dataclass(frozen=True)
class CloudflareEngine:
    """``zone`` is the address of a zone with transformations switched on; empty for the one that serves the page."""

    zone: str = ""
    negotiates: bool = True

    def makes(self, format: Format) -> bool:
        return format in _FORMATS

    def url(self, original: Original, wished: ImageRequest) -> str:
        """An address of the zone that holds the original's own. Raises ``ConfigError`` for a private original."""
        refuse_private(original, "Cloudflare", "Set the option images to embedded, or to imgproxy with source s3.")
        if not self.makes(wished.format):
            known = ", ".join(format.value for format in _FORMATS)
            raise ValueError(f"Cloudflare makes images as {known}, not as {wished.format.value}")
        source = str(original.storage.url(original.name)).lstrip("/")
        return f"{self.zone}/cdn-cgi/image/{','.join(_options(wished))}/{source}"


def _options(wished: ImageRequest) -> Iterator[str]:
    if wished.width:
        yield f"width={wished.width}"
    if wished.height:
        yield f"height={wished.height}"
    if wished.width or wished.height:
        yield f"fit={_FITS[wished.fit]}"
    if wished.fit is Fit.COVER and wished.focus != MIDDLE:
        yield f"gravity={wished.focus[0]:g}x{wished.focus[1]:g}"
    if wished.quality is not None:
        yield f"quality={wished.quality}"
    if wished.format is not Format.ORIGINAL:
        yield f"format={wished.format.value}"
    yield "metadata=none"
