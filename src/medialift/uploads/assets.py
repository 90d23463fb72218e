"""The script and the style sheet of the widget, as tags that a strict Content-Security-Policy lets in."""

from __future__ import annotations

from dataclasses import dataclass

from django.templatetags.static import static
from django.utils.html import format_html

from medialift.uploads.current import csp_nonce


@dataclass(frozen=True)
class Tag:
    """One tag of a form's ``Media``, with the nonce of the page that it is written into.

    Django has a class of its own for it since 5.2, which knows no nonce.
    """

    html: str
    path: str

    def __html__(self) -> str:
        nonce = csp_nonce()
        attribute = format_html(' nonce="{}"', nonce) if nonce else ""
        return format_html(self.html, static(self.path), attribute)

    __str__ = __html__


SCRIPT = Tag('<script src="{}" type="module"{}></script>', "medialift/uploads/element.js")
STYLE = Tag('<link href="{}" rel="stylesheet"{}>', "medialift/uploads/uploads.css")
