"""Files that a browser would run: HTML, SVG, XML, scripts."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from medialift.content_types import UNKNOWN, guess, is_active
from medialift.validators.candidate import Candidate, Needs
from medialift.validators.labels import label
from medialift.validators.rule import Rule
from medialift.validators.sniff import HTML, PHP, SVG, XML, canonical, sniff


@deconstructible(path="medialift.validators.ActiveContent")
class ActiveContent(Rule):
    """Refuses what a browser, or a badly set up server, would run; by its name as well as by its bytes.

    *allow* are media types that pass nevertheless, because they are sanitised, or served inert.
    """

    message = _("This file can hold a program (%(kind)s), and such files are not accepted here.")

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self.allow = tuple(sorted(canonical(kind) for kind in allow))

    def check(self, candidate: Candidate) -> None:
        named = canonical(guess(candidate.name))
        found = sniff(candidate) if candidate.offers >= Needs.HEAD else UNKNOWN
        for kind in (named, found):
            if kind in self.allow:
                continue
            # XML under a name that no browser takes for XML is data: a track, a feed, an invoice.
            if kind in (HTML, SVG, PHP) or (is_active(kind) and not (kind == XML and not is_active(named))):
                raise ValidationError(self.message, code="active_content", params={"kind": label(kind)})
        if found in (XML, SVG) and b"<!ENTITY" in candidate.head().upper():
            raise ValidationError(self.message, code="active_content", params={"kind": label(found)})
