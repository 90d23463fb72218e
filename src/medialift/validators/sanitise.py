"""Active files made harmless, by libraries that are kept for nothing else."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _

from medialift.content_types import guess
from medialift.stores.extras import missing_extra
from medialift.validators.candidate import Candidate
from medialift.validators.sniff import HTML, SVG, canonical, markup_of

LARGEST = 5 * 1024 * 1024
"""Bytes of a drawing or page that are sanitised: it is done in memory."""

XHTML = "application/xhtml+xml"

_LEFT_OVER = re.compile(
    rb"(java|vb)script\s*:|data\s*:\s*text/html|<\s*(script|foreignobject|iframe)|\son\w+\s*=", re.IGNORECASE
)
"""What must not be in a sanitised drawing, whatever its sanitiser thinks of it."""


def sanitised(file: File[Any], name: str | None = None) -> File[Any]:
    """*file* itself; or, if it holds SVG or HTML, a new file of the same name without anything that runs.

    What is to be stored as a page, by *name* (the file's own, if it is not said), is one however it begins.
    Raises ``ValidationError`` for one that is damaged or larger than 5 MiB, and
    :class:`~medialift.errors.MissingExtraError` without the libraries.
    """
    candidate = Candidate.of(file)
    kind = _kind(candidate, name or candidate.name) if candidate else ""
    if candidate is None or kind not in (SVG, HTML):
        return file
    if candidate.size > LARGEST:
        raise ValidationError(_("This file is too large to be made safe."), code="not_sanitised")
    with candidate.opened() as opened:
        data = opened.read()
    cleaned = sanitise_svg(data) if kind == SVG else sanitise_html(data)
    return ContentFile(cleaned, name=file.name)


def _kind(candidate: Candidate, name: str) -> str:
    """SVG by its bytes; HTML also by its name: a browser shows a page that begins with mere text as a page."""
    found, named = markup_of(candidate.head()), canonical(guess(name))
    return HTML if found != SVG and named in (HTML, XHTML) else found


def sanitise_svg(data: bytes) -> bytes:
    """The drawing without scripts, event handlers, links to elsewhere and foreign markup.

    Raises ``ValidationError`` if it is no well-formed SVG.
    """
    try:
        import py_svg_hush
    except ModuleNotFoundError as error:
        raise missing_extra("validation", error) from error
    try:
        cleaned = bytes(py_svg_hush.filter_svg(data))
    except ValueError:
        raise ValidationError(_("This drawing is damaged."), code="not_sanitised") from None
    if _LEFT_OVER.search(cleaned):
        raise ValidationError(_("This drawing holds a program that cannot be taken out."), code="not_sanitised")
    return cleaned


def sanitise_html(data: bytes) -> bytes:
    """The page's text with harmless markup: no scripts, styles, forms or frames."""
    try:
        import nh3
    except ModuleNotFoundError as error:
        raise missing_extra("validation", error) from error
    return nh3.clean(data.decode("utf-8", "replace")).encode()
