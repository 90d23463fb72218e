from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import pytest

from medialift.move.compare import Comparison
from medialift.move.plan import PAGE, plan
from medialift.types import Action, Digests, Evidence, Found, KeyRules, ObjectInfo, Proof, State, Step

HERE = ObjectInfo("a", 5, "source", fingerprint="one")
THERE = ObjectInfo("a", 5, "target")
DIGESTS = Digests(b"s" * 32, b"m" * 16)
EVIDENCE = Evidence("a", "a", 5, "one", DIGESTS, "target", None, None, Proof.ETAG_MD5, State.VERIFIED)
ROWS = {"site.Photo.image": 1}


def step_for(
    here: ObjectInfo | None, there: ObjectInfo | None, evidence: Evidence | None = None, *, equal: bool | None = None
) -> Step:
    """The one step of a plan of one name; *equal* is what a comparison says (``None``: not compared)."""

    def compare(pairs: Iterable[tuple[Found, ObjectInfo]]) -> Iterator[tuple[str, Comparison]]:
        for found, _ in pairs:
            assert found.info is not None
            proved = Comparison(found.info, DIGESTS, Proof.READ_BACK)
            yield found.name, proved if equal else Comparison(found.info)

    def known(names: Sequence[str]) -> Mapping[str, Evidence]:
        return {"a": evidence} if evidence else {}

    (step,) = plan(
        [Found("a", here, ROWS)],
        [("a", there)] if there else [],
        evidence_for=known,
        rules=KeyRules(),
        compare=None if equal is None else compare,
    )
    return step


def with_state(state: State) -> Evidence:
    return replace(EVIDENCE, state=state)


CHANGED = replace(HERE, fingerprint="two")
GREW = replace(CHANGED, size=6)
ELSE = replace(THERE, etag="else")


@pytest.mark.parametrize(
    ("here", "there", "evidence", "equal", "action"),
    [
        # new names
        (HERE, None, None, None, Action.COPY),
        (None, None, None, None, Action.MISSING),
        (None, THERE, None, None, Action.MISSING),
        # an object is there that no ledger knows
        (HERE, replace(THERE, size=6), None, True, Action.CONFLICT),
        (HERE, THERE, None, True, Action.ADOPT),
        (HERE, THERE, None, False, Action.CONFLICT),
        (HERE, THERE, None, None, Action.ADOPT),
        # nothing changed since an earlier pass
        (HERE, THERE, EVIDENCE, False, Action.DONE),
        (HERE, THERE, with_state(State.COPIED), False, Action.DONE),
        (HERE, None, EVIDENCE, None, Action.COPY),
        (None, THERE, EVIDENCE, None, Action.DONE),
        (None, None, EVIDENCE, None, Action.MISSING),
        (None, ELSE, EVIDENCE, None, Action.MISSING),
        # the source changed
        (GREW, THERE, EVIDENCE, None, Action.REPLACE),
        (CHANGED, THERE, EVIDENCE, False, Action.REPLACE),
        (CHANGED, THERE, EVIDENCE, True, Action.ADOPT),
        (CHANGED, THERE, EVIDENCE, None, Action.ADOPT),
        # the target changed
        (HERE, ELSE, EVIDENCE, False, Action.CONFLICT),
        (HERE, ELSE, EVIDENCE, True, Action.ADOPT),
        (GREW, ELSE, EVIDENCE, True, Action.CONFLICT),
        # a verification has found damage under an unchanged ETag
        (HERE, THERE, with_state(State.FAILED), True, Action.REPLACE),
        (CHANGED, THERE, with_state(State.FAILED), True, Action.REPLACE),
    ],
)
def test_what_is_to_be_done_follows_from_both_sides_and_the_ledger(
    here: ObjectInfo | None, there: ObjectInfo | None, evidence: Evidence | None, equal: bool | None, action: Action
) -> None:
    assert step_for(here, there, evidence, equal=equal).action is action


def test_an_object_without_etag_or_version_is_never_taken_for_the_same() -> None:
    bare = replace(EVIDENCE, etag=None)
    assert step_for(HERE, replace(THERE, etag=None), bare, equal=False).action is Action.CONFLICT


def test_a_version_decides_where_both_sides_have_one() -> None:
    evidence = replace(EVIDENCE, version="v1", etag="old")
    assert step_for(HERE, replace(THERE, version="v1"), evidence).action is Action.DONE
    same_etag = replace(THERE, version="v2", etag="old")
    assert step_for(HERE, same_etag, evidence, equal=False).action is Action.CONFLICT


def test_an_adopted_step_carries_the_digests_that_were_compared() -> None:
    step = step_for(HERE, THERE, None, equal=True)
    assert step.evidence is not None
    assert (step.evidence.digests, step.evidence.etag, step.evidence.proof) == (DIGESTS, "target", Proof.READ_BACK)


def test_a_name_that_no_key_can_hold_is_told_with_its_reason() -> None:
    (step,) = plan(
        [Found("long.jpg", replace(HERE, key="long.jpg"), ROWS)],
        [],
        evidence_for=lambda names: {},
        rules=KeyRules(max_bytes=4),
        compare=None,
    )
    assert step.action is Action.INVALID_NAME
    assert "bytes" in step.reason


def test_the_key_is_the_name_escaped_by_the_targets_rules() -> None:
    (step,) = plan(
        [Found("é", HERE, ROWS)], [], evidence_for=lambda names: {}, rules=KeyRules(allowed="a-z=;0-9"), compare=None
    )
    assert (step.item.name, step.item.key) == ("é", "e=e9;")


def test_evidence_is_asked_for_in_pages() -> None:
    asked: list[int] = []

    def known(names: Sequence[str]) -> Mapping[str, Evidence]:
        asked.append(len(names))
        return {}

    found = (Found(f"{number:05}", HERE, {}) for number in range(2 * PAGE + 1))
    assert len(list(plan(found, [], evidence_for=known, rules=KeyRules(), compare=None))) == 2 * PAGE + 1
    assert asked == [PAGE, PAGE, 1]


def test_objects_that_only_the_target_has_are_nobodys_business() -> None:
    listing = [("other", replace(THERE, key="other"))]
    assert not list(plan([], listing, evidence_for=lambda names: {}, rules=KeyRules(), compare=None))
