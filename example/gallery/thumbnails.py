"""Thumbnails: files that the pages need and that no file field names."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from PIL import Image

SIZE = (360, 240)
QUALITY = 80


def thumbnail_name(image_name: str) -> str:
    """The name that a picture's thumbnail asks for; the storage may give another."""
    return f"thumbnails/{image_name}.jpg"


def thumbnail(picture: IO[bytes]) -> BytesIO:
    """A JPEG that fits into 360 × 240 pixels."""
    with Image.open(picture) as image:
        small = image.convert("RGB")
        small.thumbnail(SIZE)
    body = BytesIO()
    small.save(body, "JPEG", quality=QUALITY)
    body.seek(0)
    return body
