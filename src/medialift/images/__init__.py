"""Images in the sizes that pages need: one vocabulary, many engines."""

from __future__ import annotations

from medialift.images.address import media_image_url
from medialift.images.embedded.cleaning import remove_images
from medialift.images.html import media_image, media_picture, media_srcset
from medialift.images.request import Fit, Format, ImageRequest

__all__ = [
    "Fit",
    "Format",
    "ImageRequest",
    "media_image",
    "media_image_url",
    "media_picture",
    "media_srcset",
    "remove_images",
]
