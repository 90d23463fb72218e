"""``<img>`` and ``<picture>`` that hold their place on the page before anything has arrived."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.core.files.storage import Storage
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from medialift.images.address import address_of
from medialift.images.candidates import Choices, choices, srcset
from medialift.images.engines import ImageEngine, engine_of
from medialift.images.geometry import shown_size
from medialift.images.originals import Original, original_of
from medialift.images.request import Format, ImageRequest, image_request

WISHES = ("width", "height", "fit", "format", "quality", "focus")
OURS = ("src", "srcset")
MODERN = (Format.AVIF, Format.WEBP)
"""What ``<picture>`` offers, best first."""
MAY_MOVE = (Format.GIF, Format.WEBP)
"""Originals of which AVIF would show the first picture only."""

NOTHING: SafeString = mark_safe("")


def media_image(file: Any, *, storage: Storage | None = None, **said: Any) -> SafeString:
    """An ``<img>`` of *file* in the wished size, with its width and height where they are known; empty for no file.

    The wishes are those of :func:`~medialift.images.media_image_url`. ``widths`` (``"320 640 1280"``) or
    ``densities`` (``"1 2"``) give a ``srcset``. Whatever else is said is an attribute: ``alt``, ``sizes``, ``class``,
    ``loading``; an underscore stands for a hyphen. Sends nothing. Raises ``ValueError``.
    """
    original = original_of(file, storage)
    if original is None:
        return NOTHING
    wished, chosen, attributes = _read(said)
    return _img(original, wished, chosen, engine_of(original.storage), attributes)


def media_picture(file: Any, *, storage: Storage | None = None, **said: Any) -> SafeString:
    """A ``<picture>`` that offers AVIF and WebP before the original's own format; else as :func:`media_image`.

    Where the engine itself looks at what browsers take, there is one address for all of them.
    """
    original = original_of(file, storage)
    if original is None:
        return NOTHING
    wished, chosen, attributes = _read(said)
    engine = engine_of(original.storage)
    if not original.may_be_resized or (engine.negotiates and wished.format is Format.AUTO):
        return format_html("<picture>{}</picture>", _img(original, wished, chosen, engine, attributes))
    sources = format_html_join("", "<source{}>", _sources(original, wished, chosen, engine, attributes.get("sizes")))
    last = replace(wished, format=_plain_format(original)) if wished.format is Format.AUTO else wished
    return format_html("<picture>{}{}</picture>", sources, _img(original, last, chosen, engine, attributes))


def media_srcset(file: Any, *, storage: Storage | None = None, **said: Any) -> str:
    """The value of ``srcset`` alone, for markup of your own; arguments are those of :func:`media_image`."""
    original = original_of(file, storage)
    if original is None:
        return ""
    wished, chosen, _ = _read(said)
    return srcset(original, wished, chosen, engine_of(original.storage))


def _read(said: Mapping[str, Any]) -> tuple[ImageRequest, Choices, dict[str, Any]]:
    """Wishes, choices, and attributes."""
    rest = dict(said)
    chosen = choices(rest.pop("widths", None), rest.pop("densities", None))
    wishes = {name: rest.pop(name) for name in WISHES if name in rest}
    if chosen.widths and not wishes.get("width"):
        wishes["width"] = max(chosen.widths)
    attributes = {name.replace("_", "-"): value for name, value in rest.items()}
    for name in attributes:
        if name in OURS or not re.fullmatch(r"[A-Za-z][A-Za-z0-9:-]*", name):
            raise ValueError(f"{name!r} is no attribute to be set here")
    return image_request(**wishes), chosen, {"alt": "", **attributes}


def _img(
    original: Original, wished: ImageRequest, chosen: Choices, engine: ImageEngine, attributes: Mapping[str, Any]
) -> SafeString:
    size = shown_size(original.size, wished) if original.may_be_resized else (wished.width, wished.height)
    width, height = size if size and all(size) else (None, None)
    computed = {
        "src": address_of(original, wished, engine),
        "srcset": srcset(original, wished, chosen, engine) or None,
        "width": width,
        "height": height,
    }
    return format_html("<img{}>", _written({**computed, **attributes}))


def _sources(
    original: Original, wished: ImageRequest, chosen: Choices, engine: ImageEngine, sizes: Any
) -> Iterator[tuple[SafeString]]:
    offered = (wished.format,) if wished.format in MODERN else MODERN if wished.format is Format.AUTO else ()
    for format in offered:
        if not engine.makes(format) or (format is Format.AVIF and original.format in MAY_MOVE):
            continue
        own = replace(wished, format=format)
        addresses = srcset(original, own, chosen, engine) or address_of(original, own, engine)
        yield (_written({"type": format.media_type, "srcset": addresses, "sizes": sizes}),)


def _plain_format(original: Original) -> Format:
    """What browsers without AVIF and WebP get; WebP where nothing else could hold what the original does."""
    return original.format if original.format in (Format.JPEG, Format.PNG, Format.GIF) else Format.WEBP


def _written(attributes: Mapping[str, Any]) -> SafeString:
    """Attributes of a tag; ``True`` is one without a value, ``None`` and ``False`` are none."""
    said = {name: value for name, value in attributes.items() if value is not None and value is not False}
    bare = format_html_join("", " {}", ((name,) for name, value in said.items() if value is True))
    valued = format_html_join("", ' {}="{}"', ((name, value) for name, value in said.items() if value is not True))
    return format_html("{}{}", valued, bare)
