"""How large an image is to those who look at it."""

from __future__ import annotations

from typing import Any

from django.core.files.images import get_image_dimensions

ORIENTATION = 0x0112
SIDEWAYS = range(5, 9)
"""Values of EXIF's orientation with which the sides change places (CIPA DC-008, "Orientation")."""


def upright_size(file: Any) -> tuple[int | None, int | None]:
    """Width and height in pixels of the image in an open *file*, once it stands upright; ``None`` twice for no image.

    Reads its first bytes; the file is given back at the place where it was.
    """
    width, height = get_image_dimensions(file)
    return (height, width) if width and height and _is_sideways(file) else (width, height)


def _is_sideways(file: Any) -> bool:
    from PIL import Image

    before = file.tell()
    file.seek(0)
    try:
        with Image.open(file) as image:
            return image.getexif().get(ORIENTATION) in SIDEWAYS
    except Exception:  # noqa: BLE001 - what is damaged is told by whoever decodes it
        return False
    finally:
        file.seek(before)
