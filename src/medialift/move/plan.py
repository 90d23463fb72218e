"""The second stage: what is to be done with each name, told by both sides and the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from medialift.errors import InvalidKeyError
from medialift.keys import key_for
from medialift.move.compare import Comparison
from medialift.move.entry import PROVED
from medialift.move.ordered import Listed, joined
from medialift.move.prove import is_same_object
from medialift.move.renaming import Rename, by_new_name
from medialift.types import Action, Evidence, Found, Item, KeyRules, ObjectInfo, State, Step

PAGE = 1000

EvidenceLookup = Callable[[Sequence[str]], Mapping[str, Evidence]]
Pair = tuple[Found, ObjectInfo]
Compare = Callable[[Iterable[Pair]], Iterator[tuple[str, Comparison]]]
"""Compares a page of pairs, in any order; answers with names."""


@dataclass(frozen=True, slots=True)
class _Case:
    """All that is known of one name."""

    item: Item
    here: bool
    there: ObjectInfo | None
    evidence: Evidence | None
    found: Found

    @property
    def source_is_same(self) -> bool:
        return self.evidence is not None and self.evidence.fingerprint == self.item.fingerprint

    @property
    def target_is_ours(self) -> bool:
        """Whether the target holds exactly the object that an earlier pass put or found there."""
        return self.evidence is not None and self.there is not None and is_same_object(self.evidence, self.there)


def plan(
    found: Iterable[Found],
    target: Iterable[Listed],
    *,
    evidence_for: EvidenceLookup,
    rules: KeyRules,
    compare: Compare | None,
    rename: Rename | None = None,
    clash: Callable[[str, str], None] = lambda new, name: None,
) -> Iterator[Step]:
    """One step per name, sorted by name, or by what *rename* makes of it.

    *target* is a listing of the target by name, *rules* are its rules for keys. *evidence_for* is
    asked for pages of up to 1,000 names. *clash* is told each new name that is taken, and the file
    that therefore has no step. Without *compare*, files of one size on both sides are
    planned as ``ADOPT``, and the comparison is left to the copy stage.
    """
    pairs = (
        (new, info, there) for new, info, there in joined(_by_name(found, rename, clash), target) if info is not None
    )
    while page := list(islice(pairs, PAGE)):
        known = evidence_for([info.name for _, info, _ in page])
        cases = [
            None if there is None and info.name not in known else _case(new, info, there, known.get(info.name), rules)
            for new, info, there in page
        ]
        steps = [
            _new(found, new, rules) if case is None else _step(case) if isinstance(case, _Case) else case
            for case, (new, found, _) in zip(cases, page, strict=True)
        ]
        yield from _compared(steps, cases, compare) if compare else steps


def _by_name(
    found: Iterable[Found], rename: Rename | None, clash: Callable[[str, str], None]
) -> Iterator[tuple[str, Found]]:
    return ((item.name, item) for item in found) if rename is None else by_new_name(found, rename, clash)


def _case(new: str, found: Found, there: ObjectInfo | None, evidence: Evidence | None, rules: KeyRules) -> _Case | Step:
    info = found.info
    size, fingerprint = (info.size, info.fingerprint) if info else (0, "")
    try:
        key = key_for(new, rules)
    except InvalidKeyError as error:
        item = Item(found.name, found.name, size, fingerprint, found.rows)
        action = Action.INVALID_NAME if info else Action.MISSING
        return _out_of_reach(found, item) or Step(action, item, error.reason)
    return _Case(Item(found.name, key, size, fingerprint, found.rows), info is not None, there, evidence, found)


def _new(found: Found, new: str, rules: KeyRules) -> Step:
    """The step for a name of which nothing is known: nearly every step of a first plan."""
    info = found.info
    if info is not None:
        try:
            item = Item(found.name, key_for(new, rules), info.size, info.fingerprint, found.rows)
        except InvalidKeyError:
            pass
        else:
            return Step(Action.COPY, item)
    case = _case(new, found, None, None, rules)
    return _step(case) if isinstance(case, _Case) else case


def _step(case: _Case) -> Step:
    evidence, there = case.evidence, case.there
    if not case.here:
        return _without_source(case)
    if there is None:
        return Step(Action.COPY, case.item, "gone from the target" if evidence else "", None, evidence)
    if case.target_is_ours and evidence is not None:
        return _with_ours(case, evidence)
    if there.size != case.item.size:
        return Step(Action.CONFLICT, case.item, f"the target holds {there.size} bytes", there, evidence)
    return Step(Action.ADOPT, case.item, "same size", there, evidence)


def _without_source(case: _Case) -> Step:
    evidence, there = case.evidence, case.there
    if beyond := _out_of_reach(case.found, case.item):
        return replace(beyond, target=there, evidence=evidence)
    if evidence is not None and case.target_is_ours:
        item = Item(case.item.name, case.item.key, evidence.size, evidence.fingerprint, case.item.rows)
        return Step(Action.DONE, item, "gone from the source since; the target holds it", there, evidence)
    unlisted = case.found.unlisted
    reason = unlisted.reason if unlisted else "no such file at the source"
    return Step(Action.MISSING, case.item, reason + (", but the target holds one" if there else ""), there, evidence)


def _out_of_reach(found: Found, item: Item) -> Step | None:
    unlisted = found.unlisted
    return Step(Action.OUT_OF_REACH, item, unlisted.reason) if unlisted is not None and unlisted.readable else None


def _with_ours(case: _Case, evidence: Evidence) -> Step:
    if case.source_is_same:
        done = evidence.state in PROVED
        action, reason = (Action.DONE, "") if done else (Action.REPLACE, "damaged at the target")
    elif evidence.size == case.item.size and evidence.state is not State.FAILED:
        # A restored backup or a new machine gives every file a new fingerprint, and no new bytes.
        action, reason = Action.ADOPT, "touched at the source"
    else:
        action, reason = Action.REPLACE, "changed at the source"
    return Step(action, case.item, reason, case.there, evidence)


def _compared(steps: Sequence[Step], cases: Sequence[_Case | Step | None], compare: Compare) -> Iterator[Step]:
    pairs = [
        (case.found, step.target)
        for step, case in zip(steps, cases, strict=True)
        if step.action is Action.ADOPT and step.target and isinstance(case, _Case)
    ]
    if not pairs:
        yield from steps
        return
    results = dict(compare(pairs))
    for step in steps:
        result = results.get(step.item.name) if step.action is Action.ADOPT else None
        yield _judged(step, result) if result else step


def _judged(step: Step, result: Comparison) -> Step:
    item, there = step.item, step.target
    assert there is not None
    if not result.equal or result.digests is None or result.proof is None:
        if step.evidence is not None and is_same_object(step.evidence, there):
            return Step(Action.REPLACE, item, "changed at the source", there, step.evidence)
        return Step(Action.CONFLICT, item, "the target holds other bytes of the same size", there, step.evidence)
    evidence = Evidence(
        item.name,
        item.key,
        result.info.size,
        result.info.fingerprint,
        result.digests,
        there.etag,
        there.version,
        result.part_size,
        result.proof,
        State.PENDING,
    )
    return Step(Action.ADOPT, item, "equal", there, evidence)
