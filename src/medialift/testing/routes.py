"""Which request means what, as a table that every stand-in reads in the same way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from medialift.testing.wire import Request, Response

S = TypeVar("S")
"""The side that answers: a project, an account."""

Handler = Callable[[S, Request, Mapping[str, str]], Response]
"""Answers a request; the mapping holds the parts of the path that the pattern names."""


@dataclass(frozen=True)
class Route(Generic[S]):
    """``pattern`` is that of the whole path, before anything is decoded; ``methods`` are parted by spaces."""

    methods: str
    pattern: re.Pattern[str]
    handler: Handler[S]


def route(methods: str, pattern: str, handler: Handler[S]) -> Route[S]:
    return Route(methods, re.compile(pattern), handler)


def found(routes: Iterable[Route[S]], method: str, path: str) -> tuple[Handler[S], dict[str, str]] | None:
    """Who answers, and the named parts of *path*; ``None`` if nobody does."""
    for each in routes:
        match = each.pattern.fullmatch(path)
        if match and method in each.methods.split():
            return each.handler, match.groupdict("")
    return None
