"""The usual set of rules, from what a form would say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from medialift.content_types import UNKNOWN, guess, is_active
from medialift.validators.active import ActiveContent
from medialift.validators.archive import ArchiveContent
from medialift.validators.filetype import FileType
from medialift.validators.image import ImageContent
from medialift.validators.polyglot import OneFormat
from medialift.validators.rule import Rule
from medialift.validators.size import FileSize
from medialift.validators.sniff import canonical


def rules_for(
    accept: Sequence[str] = (),
    max_size: int | str | None = None,
    *,
    image: bool = False,
    allow_active: bool = False,
    **image_limits: Any,
) -> list[Rule]:
    """Rules for files of the kinds in *accept* (as in HTML) of at most *max_size* (bytes, or ``"10MB"``).

    Without *accept*, every kind but active content. With *image* only images pass. Active kinds that
    *accept* names pass only with *allow_active*: whoever says so sanitises them, or serves them inert.
    *image_limits* are those of :class:`ImageContent`.
    """
    active = {canonical(kind) for kind in map(named_type, accept) if is_active(kind)}
    rules: list[Rule] = [FileSize(max_size), *([FileType(accept)] if accept else [])]
    rules.append(ActiveContent(active if allow_active else ()))
    rules += [ImageContent(required=image, **image_limits), OneFormat(), ArchiveContent()]
    return rules


def named_type(word: str) -> str:
    """The media type that one word of *accept* names; unknown for ``image/*``."""
    if word.startswith("."):
        return guess(f"x{word.lower()}")
    return UNKNOWN if word.endswith("/*") else word
