"""Services that keep the originals and resize them too: Cloudinary and Supabase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from types import MappingProxyType

from medialift.bridge.opened import store_of
from medialift.content_types import UNKNOWN
from medialift.errors import ConfigError
from medialift.images.engines.access import lasting_of
from medialift.images.originals import Original
from medialift.images.request import MIDDLE, Fit, Format, ImageRequest
from medialift.keys import key_for
from medialift.storage.urls import signing_window
from medialift.stores.base import capability
from medialift.stores.resizing import ImageUrls


@dataclass(frozen=True)
class Service:
    """How one service says what is wished.

    ``formats`` and ``fits`` are its words. ``expires``: whether its addresses of private images end.
    """

    name: str
    fits: Mapping[Fit, str]
    formats: Mapping[Format, str]
    expires: bool
    takes_names: bool = True
    """Whether it takes an image for one whatever it is called."""


CLOUDINARY = Service(
    "Cloudinary",
    MappingProxyType({Fit.CONTAIN: "limit", Fit.COVER: "lfill", Fit.FILL: "scale"}),
    MappingProxyType(
        {
            Format.AUTO: "auto",
            Format.ORIGINAL: "",
            Format.AVIF: "avif",
            Format.WEBP: "webp",
            Format.JPEG: "jpg",
            Format.PNG: "png",
            Format.GIF: "gif",
        }
    ),
    expires=False,
    takes_names=False,
)
"""Source: https://cloudinary.com/documentation/transformation_reference"""

SUPABASE = Service(
    "Supabase",
    MappingProxyType({fit: fit.value for fit in Fit}),
    # Browsers that take WebP get it where no format is said.
    MappingProxyType({Format.AUTO: "", Format.ORIGINAL: "origin", Format.AVIF: "avif"}),
    expires=True,
)
"""Source: https://supabase.com/docs/guides/storage/serving/image-transformations"""


@dataclass(frozen=True)
class HostedEngine:
    """The service in which the originals lie."""

    service: Service
    negotiates: bool = True

    def makes(self, format: Format) -> bool:
        return format in self.service.formats

    def url(self, original: Original, wished: ImageRequest) -> str:
        """The service's own address; of a private original, signed by it or with its secret."""
        service, store = self.service, store_of(original.storage)
        images = capability(store, ImageUrls)
        if images is None:
            raise ConfigError(
                f"{original.name!r} does not lie at {service.name}", hint="Set the option images to embedded."
            )
        if not self.makes(wished.format):
            known = ", ".join(format.value for format in service.formats)
            raise ValueError(f"{service.name} makes images as {known}, not as {wished.format.value}")
        if original.kind == UNKNOWN and not service.takes_names:
            return str(original.storage.url(original.name))
        boxed = wished.width is not None or wished.height is not None
        start, lasting = self._window(original)
        return images.image_url(
            key_for(original.name, store.traits.key_rules),
            width=wished.width,
            height=wished.height,
            resize=service.fits[wished.fit] if boxed else None,
            quality=wished.quality,
            format=service.formats[wished.format] or None,
            focus=wished.focus if wished.fit is Fit.COVER and wished.focus != MIDDLE else None,
            expires=lasting,
            now=start,
        )

    def _window(self, original: Original) -> tuple[datetime | None, timedelta | None]:
        lasting = lasting_of(original.storage)
        if lasting is None or not self.service.expires:
            return None, None
        return signing_window(lasting, datetime.now(timezone.utc))
