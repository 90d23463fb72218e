"""Files that are one thing to one program, and another to the next."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from medialift.validators.candidate import Candidate, Needs
from medialift.validators.filetype import ZIPPED
from medialift.validators.labels import label
from medialift.validators.rule import Rule
from medialift.validators.sniff import HTML, PHP, SVG, TEXT, XML, ZIP, sniff

_PDF_WINDOW = 1024
"""PDF readers take a header anywhere in the first 1024 bytes (Adobe's implementation notes to ISO 32000-1)."""
_WINDOW = 64 * 1024
_SCRIPT = re.compile(rb"<\s*(script|html|iframe|svg)[\s>/]|<\?php|<%\s*@\s*page", re.IGNORECASE)
_ARCHIVES = ((b"Rar!\x1a\x07", "application/vnd.rar"), (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"))


@deconstructible(path="medialift.validators.OneFormat")
class OneFormat(Rule):
    """Refuses a file that is valid in a second format too: an image that is a zip archive, a GIF that is a script.

    Looks at the places where readers of the second format look, not at every byte.
    """

    needs = Needs.WHOLE
    message = _("This file is %(first)s, and hides something else: %(second)s. Please save it anew.")

    def check(self, candidate: Candidate) -> None:
        kind = sniff(candidate)
        if second := next(_others(candidate, kind), None):
            told = {"first": label(kind), "second": label(second)}
            raise ValidationError(self.message, code="polyglot", params=told)


def _others(candidate: Candidate, kind: str) -> Iterator[str]:
    head, tail = candidate.head(), candidate.tail(_WINDOW)
    if kind not in ("application/pdf", TEXT, XML) and b"%PDF-" in head[:_PDF_WINDOW]:
        yield "application/pdf"
    if not _is_zip(kind):
        with candidate.opened() as file:
            if zipfile.is_zipfile(file):
                yield ZIP
    if kind.startswith(("image/", "audio/", "video/")) and kind != SVG:
        for signature, archive in _ARCHIVES:
            if signature in tail:
                yield archive
        for found in (_SCRIPT.search(head), _SCRIPT.search(tail)):
            if found:
                yield PHP if b"php" in found[0].lower() else HTML


def _is_zip(kind: str) -> bool:
    return kind == ZIP or kind.startswith(ZIPPED)
