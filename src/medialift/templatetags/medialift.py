"""``{% load medialift %}``: addresses of files, signed without a request."""

from __future__ import annotations

from typing import Any

from django import template

from medialift.links import media_url as address_of

register = template.Library()


@register.simple_tag
def media_url(file: Any, expires: Any = None, download: Any = False, content_type: str | None = None) -> str:
    """``{% media_url invoice.file expires="5m" download="invoice.pdf" %}``

    *download* is a name, or ``True`` for the file's own; of no file the address is empty.
    """
    return address_of(file, expires=expires, download=download, content_type=content_type)
