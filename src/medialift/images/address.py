"""The Python call: the address of an image in another size."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import Storage

from medialift.images.engines import ImageEngine, engine_of
from medialift.images.originals import Original, original_of
from medialift.images.request import ImageRequest, image_request
from medialift.links import media_url


def media_image_url(
    file: Any,
    *,
    width: Any = None,
    height: Any = None,
    fit: Any = "contain",
    format: Any = "auto",
    quality: Any = None,
    focus: Any = None,
    storage: Storage | None = None,
) -> str:
    """The address of *file* (a field's file, or a name in *storage*) in another size; empty for no file.

    *width* and *height* are pixels. *fit* is ``"contain"``, ``"cover"`` (cropped around *focus*) or ``"fill"``
    (stretched). *format* is ``"auto"``, ``"avif"``, ``"webp"``, ``"jpeg"``, ``"png"`` or ``"original"``; *quality* goes
    from 1 to 100. What is no picture made of pixels, such as an SVG, keeps its own address. Sends nothing.
    Raises ``ValueError`` for what makes no sense or the engine does not do.
    """
    wished = image_request(width=width, height=height, fit=fit, format=format, quality=quality, focus=focus)
    original = original_of(file, storage)
    return address_of(original, wished) if original is not None else ""


def address_of(original: Original, wished: ImageRequest, engine: ImageEngine | None = None) -> str:
    """The address of *original* as *wished*. Raises what :meth:`ImageEngine.url` raises."""
    if not original.may_be_resized:
        return media_url(original.name, storage=original.storage)
    return (engine or engine_of(original.storage)).url(original, wished)
