"""Pixels as every browser shows them: eight bits, grey or sRGB, with or without transparency."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_SIXTEEN_BITS = 257
"""What a value of sixteen bits is divided by to become one of eight."""
_PLAIN = {"1": "L", "PA": "RGBA", "La": "LA", "RGBa": "RGBA", "RGBX": "RGB", "YCbCr": "RGB", "HSV": "RGB", "LAB": "RGB"}


def plain(image: Image.Image) -> Image.Image:
    """*image* with eight bits for each of grey, RGB or CMYK: what can be resized without loss."""
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.convert("I").point(lambda value: value * (1 / _SIXTEEN_BITS)).convert("L")
    if image.mode == "P":
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    if "transparency" in image.info and image.mode in ("L", "RGB"):
        return image.convert("RGBA")
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return image
    return image.convert(_PLAIN.get(image.mode, "RGB"))


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """A plain *image* in sRGB. A *profile* that is damaged, or is of other channels, is left out of account.

    Grey stays as it is. Where Pillow has no colour management, so does everything but CMYK.
    """
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        image = _converted(image, profile)
    return image.convert("RGB") if image.mode == "CMYK" else image


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        from PIL import ImageCms
    except ImportError:  # Pillow was built without LittleCMS
        return image
    target = "RGB" if image.mode == "CMYK" else image.mode
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        done = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=target)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return done or image
