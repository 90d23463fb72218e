"""Which formats are accepted, by what the bytes say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from medialift.content_types import UNKNOWN, guess, is_active
from medialift.validators.candidate import Candidate, Needs
from medialift.validators.extension import extension_of
from medialift.validators.labels import label, listed
from medialift.validators.rule import Rule
from medialift.validators.sniff import HTML, OLE, SVG, TEXT, XML, ZIP, canonical, sniff

SIGNED = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip", "application/vnd.openxml")
"""Formats that always have a signature: a file that is named so and has none is not one."""

ZIPPED = ("application/vnd.", "application/epub", "application/java", "application/x-")
"""Beginnings of the names of formats that may be zip archives."""

EVERYTHING = "*/*"

FAMILIES = (
    frozenset({"image/heic", "image/heif", "image/avif"}),
    frozenset({"application/java-archive", "application/zip"}),
    frozenset({OLE, "application/rtf"}),  # word processors have long saved the one under the other's ending
)
"""Formats that pass for each other."""


def words(accept: Iterable[str]) -> tuple[str, ...]:
    """What is accepted, one by one; a text is read as HTML reads it, with commas. Raises ``ValueError``."""
    parts = accept.split(",") if isinstance(accept, str) else accept
    read = tuple(word.strip().lower() for word in parts if word.strip())
    if unread := next((word for word in read if not (word.startswith(".") or "/" in word)), None):
        raise ValueError(
            f"what is accepted is written as in HTML, .pdf or application/pdf or image/*, and not {unread!r}"
        )
    return read


@deconstructible(path="medialift.validators.FileType")
class FileType(Rule):
    """One of *accept*, written as in HTML: ``"image/*"``, ``"application/pdf"``, ``".csv"``.

    What counts is what the bytes say; the browser's word is not asked. The name has to agree with it,
    because it is the name that decides as what the file will be served. A name that is not accepted is refused
    before a byte is sent.
    """

    refused = _("Files of this kind (%(kind)s) are not accepted here. Accepted are: %(accepted)s.")
    mismatch = _(
        "The name of this file ends in “%(ending)s”, but it is something else: %(kind)s. "
        "Rename it, or save it in the right format."
    )
    unclear = _("The name of this file ends in “%(ending)s”, but it does not hold that. It may be damaged.")

    def __init__(self, accept: Iterable[str]) -> None:
        self.accept = words(accept)

    def check(self, candidate: Candidate) -> None:
        ending, named = extension_of(candidate.name), canonical(guess(candidate.name))
        if ending and not self.accepts(named, ending, UNKNOWN):
            self._refuse(label(named) if named != UNKNOWN else ending)
        if candidate.offers < Needs.HEAD:
            return
        found = sniff(candidate)
        if found == ZIP and candidate.offers < Needs.WHOLE and named.startswith(ZIPPED):
            found = named  # an archive says what it is at its end
        if named != UNKNOWN and candidate.size and not agree(named, found):
            message = self.unclear if found == UNKNOWN else self.mismatch
            raise ValidationError(message, code="type_mismatch", params={"ending": ending, "kind": label(found)})
        kind = found if named == UNKNOWN else named
        if not self.accepts(kind, ending, found):
            self._refuse(label(kind))

    def _refuse(self, kind: Any) -> NoReturn:
        told = {"kind": kind, "accepted": listed(self.accept)}
        raise ValidationError(self.refused, code="type_not_allowed", params=told)

    def accepts(self, kind: str, ending: str, found: str) -> bool:
        """Whether *kind* is one of those listed. What a browser would run is never in ``image/*`` or ``text/*``."""
        for word in self.accept:
            if word.startswith("."):
                meant = canonical(guess(f"x{word}"))
                # An ending that no table knows says nothing of the bytes: no format that has a name may hide there.
                if meant == kind != UNKNOWN or (word == ending and found in (UNKNOWN, TEXT, XML)):
                    return True
            elif word.endswith("/*"):
                if (word == EVERYTHING or kind.startswith(word[:-1])) and not is_active(kind):
                    return True
            elif canonical(word) == kind:
                return True
        return False


def agree(named: str, found: str) -> bool:
    """Whether a file whose name says *named* may have bytes that say *found*."""
    if named == found or any({named, found} <= family for family in FAMILIES):
        return True
    if _is_played(named):
        return _is_played(found)
    if found == UNKNOWN:
        return not named.startswith(SIGNED) and not _is_textual(named)
    if found == TEXT:
        return not named.startswith(SIGNED) and named != OLE
    if found == ZIP:
        return named.startswith(ZIPPED) and not named.startswith(SIGNED)
    if found in (HTML, XML, SVG):
        return named == "text/markdown" or (found == XML and named.endswith("xml")) or _is_xhtml(named, found)
    return found == OLE and named.startswith(("application/vnd.ms-", "application/x-ms"))


def _is_textual(kind: str) -> bool:
    return kind.startswith("text/") or kind.endswith(("json", "xml", "script", "yaml"))


def _is_played(kind: str) -> bool:
    """Sound and film share containers, which do not say which of the two they hold."""
    return kind.startswith(("audio/", "video/"))


def _is_xhtml(named: str, found: str) -> bool:
    return found == HTML and named in ("application/xhtml+xml", XML)
