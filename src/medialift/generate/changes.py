"""What has to change at a bucket so that it is as wished, and nothing that others have set is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from medialift.stores.bucket_configuration import Setting, Value

OURS = "medialift"
"""What the names of our rules begin with, whatever the case."""

_NAMED = {Setting.LIFECYCLE: ("Rules", "ID"), Setting.CORS: ("CORSRules", "ID"), Setting.POLICY: ("Statement", "Sid")}
"""Settings that are lists of rules with names: those of others stay."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is no setting of a bucket, and changes all the same."""

    value: str


@dataclass(frozen=True, slots=True)
class Change:
    """One setting: what is there (``None``: nothing) and what is to be."""

    setting: Setting | Subject
    live: Value | None
    wanted: Value


def change(setting: Setting, live: Value | None, wanted: Value) -> Change | None:
    """What to do about one setting; ``None`` if it is as wished already."""
    merged = _merged(setting, live or {}, wanted)
    return None if live is not None and _says(live, merged) else Change(setting, live, merged)


def policy_change(subject: str, live: Value | None, wanted: Value) -> Change | None:
    """The same for a whole document, of which nothing is anybody else's."""
    return None if live == wanted else Change(Subject(subject), live, wanted)


def _merged(setting: Setting, live: Value, wanted: Value) -> Value:
    if setting not in _NAMED:
        return wanted
    rules, name = _NAMED[setting]
    # A service that forgets names gives ours back without one.
    ours = [{part: said for part, said in rule.items() if part != name} for rule in wanted[rules]]
    others = [rule for rule in _listed(live.get(rules)) if not _is_ours(rule.get(name, "")) and rule not in ours]
    return {**wanted, rules: [*others, *wanted[rules]]}


def _is_ours(name: str) -> bool:
    return name.lower().startswith(OURS)


def _listed(rules: Any) -> list[Any]:
    """A policy of one statement may have it without a list."""
    return [rules] if isinstance(rules, Mapping) else list(rules or ())


def _says(live: Any, wanted: Any) -> bool:
    """Whether *live* holds all of *wanted*; services add fields of their own."""
    if isinstance(wanted, Mapping):
        return isinstance(live, Mapping) and all(_says(live.get(name), part) for name, part in wanted.items())
    if isinstance(wanted, list):
        return isinstance(live, list) and len(live) == len(wanted) and all(map(_says, live, wanted))
    return bool(live == wanted)
