"""What the fields of models, forms and serializers have in common: rules, and what happens to active files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import File

from medialift.content_types import is_active
from medialift.validators import Rule, rules_for, sanitised
from medialift.validators.rules import named_type

ACTIVE = ("refuse", "sanitise", "inert")


@dataclass(frozen=True)
class Guard:
    """What a field accepts.

    *accept* holds kinds as HTML writes them, *max_size* bytes or ``"10MB"``. *active* is what happens to
    HTML and SVG: ``"refuse"``, ``"sanitise"`` (anything that runs is taken out before the file is
    stored), or ``"inert"`` (stored as it is; the storage has browsers save it and never run it).
    Without a word, a field sanitises the active kinds that *accept* names, and refuses all others.
    *limits* are those of :class:`~medialift.validators.ImageContent`. Raises ``ValueError`` for another word.
    """

    accept: Sequence[str] = ()
    max_size: int | str | None = None
    active: str | None = None
    image: bool = False
    limits: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.active not in (None, *ACTIVE):
            raise ValueError(f"active is one of {', '.join(ACTIVE)}, not {self.active!r}")

    @property
    def names_active(self) -> bool:
        return any(is_active(named_type(word)) for word in self.accept)

    @property
    def rules(self) -> list[Rule]:
        allows = self.names_active and self.active != "refuse"
        image = self.image and not allows
        return rules_for(self.accept, self.max_size, image=image, allow_active=allows, **self.limits)

    def cleaned(self, file: File[Any], name: str | None = None) -> File[Any]:
        """The file to store, by *name* if that is not its own.

        Raises ``ValidationError`` for a drawing or page that cannot be sanitised.
        """
        sanitises = self.active == "sanitise" or (self.active is None and self.names_active)
        return sanitised(file, name) if sanitises else file

    @property
    def html_accept(self) -> str:
        """The value of the attribute ``accept`` of an ``<input type="file">``."""
        return ",".join(self.accept)
