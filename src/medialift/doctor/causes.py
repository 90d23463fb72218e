"""Looks behind an error for what the operating system said, without knowing any SDK."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

E = TypeVar("E", bound=BaseException)


def cause_of(error: BaseException, kind: type[E]) -> E | None:
    """The first *kind* behind *error*; HTTP libraries keep it as a cause, a context, an argument or a ``reason``."""
    return next((found for found in _behind(error, set()) if isinstance(found, kind)), None)


def _behind(error: BaseException, seen: set[int]) -> Iterator[BaseException]:
    if id(error) in seen:
        return
    seen.add(id(error))
    yield error
    for inner in (error.__cause__, error.__context__, *error.args, getattr(error, "reason", None)):
        if isinstance(inner, BaseException):
            yield from _behind(inner, seen)
