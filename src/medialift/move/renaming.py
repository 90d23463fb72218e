"""Names that change on the way: the rules, and a plan in order of the new names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from medialift.errors import InvalidKeyError
from medialift.keys import clean_name
from medialift.move.ordered import dumped, loaded
from medialift.move.spool import Record, spooled
from medialift.types import Found, Unlisted

Rename = Callable[[str], str]

KINDS = "add:FOLDER/, strip:FOLDER/, flatten, or regex:PATTERN=>REPLACEMENT"


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules that are applied one after the other; ``texts`` are how they were written."""

    texts: tuple[str, ...]

    def __post_init__(self) -> None:
        for text in self.texts:
            rule(text)

    def __call__(self, name: str) -> str:
        """The new name. Raises :class:`~medialift.errors.InvalidKeyError` if no store could hold it."""
        new = name
        for text in self.texts:
            new = rule(text)(new)
        return name if new == name else clean_name(new)


def rule(text: str) -> Rename:
    """One rule as it is written. Raises ``ValueError``, which says what is wrong with it.

    ``add:2024/`` puts a folder before every name, ``strip:uploads/`` takes one away where a name
    begins with it, ``flatten`` leaves the last part only, ``regex:PATTERN=>REPLACEMENT`` is
    :func:`re.sub` on the whole name.
    """
    kind, colon, rest = text.partition(":")
    if text == "flatten":
        return _flatten
    if kind in ("add", "strip") and rest.endswith("/") and not set(rest[:-1].split("/")) & {"", ".", ".."}:
        return partial(_add if kind == "add" else _strip, rest)
    if kind == "regex" and colon:
        return _regex(rest)
    raise ValueError(f"{text!r} is no rule: write {KINDS}")


def safely(rename: Rename) -> Rename:
    """*rename*; a name that it makes nothing of stays as it is."""

    def renamed(name: str) -> str:
        try:
            return rename(name)
        except InvalidKeyError:
            return name

    return renamed


def by_new_name(
    found: Iterable[Found], rename: Rename, clash: Callable[[str, str], None]
) -> Iterator[tuple[str, Found]]:
    """*found* under their new names and sorted by them, in bounded memory.

    Of several files that would get one name the first is given; *clash* is told each other one.
    """
    last, records = "", spooled(_dumped(safely(rename), item) for item in found)
    for new, name, listed, rows, unlisted in records:
        if new == last:
            clash(new, name)
            continue
        last = new
        info = loaded(listed)[1] if listed else None
        yield new, Found(name, info, dict(rows), Unlisted(*unlisted) if unlisted else None)


def unique(names: Iterable[str], rename: Rename) -> Iterator[tuple[str, Sequence[str]]]:
    """Each new name that several of *names* would get, with two of them."""
    last: tuple[str, str] = ("", "")
    told = ""
    for new, name in spooled((safely(rename)(name), name) for name in names):
        if new == last[0] and new != told:
            told = new
            yield new, (last[1], name)
        last = (new, name)


def _dumped(rename: Rename, item: Found) -> Record:
    listed = dumped((item.name, item.info)) if item.info is not None else None
    there = item.unlisted
    unlisted = (there.place, there.reason, there.readable) if there is not None else None
    return rename(item.name), item.name, listed, tuple(item.rows.items()), unlisted


def _add(folder: str, name: str) -> str:
    return folder + name


def _strip(folder: str, name: str) -> str:
    return name.removeprefix(folder)


def _flatten(name: str) -> str:
    return name.rpartition("/")[2]


def _regex(text: str) -> Rename:
    pattern, arrow, replacement = text.partition("=>")
    if not arrow or not pattern:
        raise ValueError(f"the rule 'regex:{text}' lacks its '=>': write regex:PATTERN=>REPLACEMENT")
    try:
        compiled = re.compile(pattern)
        # The template is read only where something matches: the same groups, made to match nothing at all.
        re.compile(f"(?:{pattern})|").sub(replacement, "")
    except (re.error, IndexError) as error:
        raise ValueError(f"the rule 'regex:{text}' cannot be read: {error}") from None
    return lambda name: compiled.sub(replacement, name)
