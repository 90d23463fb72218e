"""What formats are called when one speaks to a visitor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from medialift.content_types import UNKNOWN

_LABELS: dict[str, Any] = {
    "image/jpeg": _("a JPEG image"),
    "image/png": _("a PNG image"),
    "image/gif": _("a GIF image"),
    "image/webp": _("a WebP image"),
    "image/avif": _("an AVIF image"),
    "image/heic": _("a HEIC image"),
    "image/svg+xml": _("an SVG drawing"),
    "application/pdf": _("a PDF document"),
    "application/zip": _("a ZIP archive"),
    "text/html": _("a web page"),
    "text/xml": _("an XML document"),
    "text/plain": _("plain text"),
    "application/vnd.microsoft.portable-executable": _("a program"),
    "application/x-httpd-php": _("a PHP script"),
    UNKNOWN: _("an unknown format"),
}
_FAMILIES: dict[str, Any] = {
    "image/*": _("images"),
    "audio/*": _("sound"),
    "video/*": _("films"),
    "text/*": _("text"),
    "font/*": _("fonts"),
}


def label(kind: str) -> Any:
    """A few words for a media type; the type itself where there are none."""
    return _LABELS.get(kind, kind)


def listed(accept: Iterable[str]) -> str:
    """What is accepted, written as in HTML, in words where there are some."""
    return ", ".join(str(_FAMILIES.get(word) or label(word)) for word in accept)
