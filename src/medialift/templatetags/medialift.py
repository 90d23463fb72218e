"""``{% load medialift %}``: addresses of files, signed without a request."""

from __future__ import annotations

from typing import Any

from django import template

from medialift import images
from medialift.links import media_url as address_of

register = template.Library()


@register.simple_tag
def media_url(file: Any, expires: Any = None, download: Any = False, content_type: str | None = None) -> str:
    """``{% media_url invoice.file expires="5m" download="invoice.pdf" %}``

    *download* is a name, or ``True`` for the file's own; of no file the address is empty.
    """
    return address_of(file, expires=expires, download=download, content_type=content_type)


@register.simple_tag
def media_image_url(file: Any, **wishes: Any) -> str:
    """``{% media_image_url photo.image width=640 height=360 fit="cover" %}``: the address of another size.

    *wishes* are those of :func:`medialift.images.media_image_url`; of no file the address is empty.
    """
    return images.media_image_url(file, **wishes)


@register.simple_tag
def media_image(file: Any, **said: Any) -> str:
    """``{% media_image photo.image width=640 height=360 fit="cover" densities="1 2" alt="A cat" class="round" %}``"""
    return images.media_image(file, **said)


@register.simple_tag
def media_picture(file: Any, **said: Any) -> str:
    """``{% media_picture photo.image width=1280 widths="320 640 1280" sizes="100vw" alt="A cat" %}``"""
    return images.media_picture(file, **said)


@register.simple_tag
def media_srcset(file: Any, **said: Any) -> str:
    """``<img srcset="{% media_srcset photo.image widths="320 640 1280" %}" …>``"""
    return images.media_srcset(file, **said)
