"""Which endings a file's name may have."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from medialift.validators.candidate import Candidate
from medialift.validators.rule import Rule


def extension_of(name: str) -> str:
    """The last ending of *name*, in small letters and with its dot; empty if it has none."""
    base, dot, ending = name.replace("\\", "/").rpartition("/")[2].rpartition(".")
    return f".{ending.strip().lower()}" if dot and base else ""


@deconstructible(path="medialift.validators.FileExtension")
class FileExtension(Rule):
    """One of *allowed*, as ``"pdf"`` or ``".pdf"``, in any case. Says nothing of what the file holds."""

    message = _("The name of this file has to end in one of: %(allowed)s.")

    def __init__(self, allowed: Iterable[str]) -> None:
        listed = allowed.split(",") if isinstance(allowed, str) else allowed
        self.allowed = tuple(sorted({f".{ending.strip().lower().lstrip('.')}" for ending in listed}))

    def check(self, candidate: Candidate) -> None:
        if extension_of(candidate.name) not in self.allowed:
            told = {"allowed": ", ".join(self.allowed)}
            raise ValidationError(self.message, code="extension_not_allowed", params=told)
