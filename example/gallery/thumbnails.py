"""Thumbnails: files that the pages need and that no database row names."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from PIL import Image

SIZE = (360, 240)
QUALITY = 80


def thumbnail_name(image_name: str) -> str:
    """The name of a picture's thumbnail in the same storage."""
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
