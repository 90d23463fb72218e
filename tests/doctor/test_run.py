"""The frame: a healthy store has no findings, one that cannot be reached has one, and nothing stays behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from medialift.doctor.answers import CannotTellError, DoesNotApplyError
from medialift.doctor.check import SiteCheck, State
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.run import examine_site
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import FOLDER, Visit
from medialift.errors import AccessDeniedError, UnsupportedError
from medialift.stores.memory import MemoryStore
from tests.doctor.conftest import Bucket, examine, ids_of
from tests.servers.proxy import FaultProxy
from tests.servers.rules import error, when

RULE = Rule("medialift.W999", "the cat is {colour}", "paint it")


def outcome_of(error: Exception | None, **facts: frozenset[str]) -> tuple[State, str]:
    def look(site: SiteFacts) -> Iterator[Finding]:
        if error:
            raise error
        yield RULE.found(colour="green")

    (outcome,) = examine_site(SiteFacts(**facts), [SiteCheck(RULE, "the cat", look)])  # type: ignore[arg-type]
    return outcome.state, outcome.reason or outcome.findings[0].message


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (None, State.FINDING),
        (CannotTellError("dark"), State.UNKNOWN),
        (AccessDeniedError("dark"), State.UNKNOWN),
        (DoesNotApplyError("no cat"), State.NOT_APPLICABLE),
        (UnsupportedError("no cat"), State.NOT_APPLICABLE),
    ],
)
def test_only_a_finding_is_bad(error: Exception | None, state: State) -> None:
    assert outcome_of(error) == (state, str(error) if error else "the cat is green")


def test_a_silenced_check_does_not_look() -> None:
    silenced = frozenset({RULE.id})
    assert outcome_of(AssertionError("it looked"), silenced=silenced)[0] is State.NOT_APPLICABLE


def test_a_bug_in_a_check_is_no_answer() -> None:
    with pytest.raises(ZeroDivisionError):
        outcome_of(ZeroDivisionError())


def test_a_healthy_bucket_has_no_findings_and_nothing_stays(healthy: Bucket) -> None:
    outcomes = examine(healthy.store())
    assert ids_of(outcomes) == []
    # Ceph has no action that would allow to ask for the default encryption, nor for the ownership of objects.
    assert ids_of(outcomes, State.UNKNOWN) == ["W021", "W023"]
    assert healthy.contents() == []


def test_what_cannot_be_reached_has_one_finding_and_the_rest_is_unknown(healthy: Bucket, proxy: FaultProxy) -> None:
    proxy.rules.append(when(error(403, "InvalidAccessKeyId", "no such key")))
    outcomes = examine(healthy.store(proxy.server))
    assert ids_of(outcomes) == ["E012"]
    assert {outcome.reason for outcome in outcomes if outcome.state is State.UNKNOWN} == {"see medialift.E012"}


def test_a_visit_that_breaks_off_leaves_nothing_behind() -> None:
    store = MemoryStore()

    def break_off() -> None:
        with Visit("cloud", store) as visit:
            assert visit.written().startswith(FOLDER)
            assert [found.key for found in store.list()] == [visit.written()]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert list(store.list()) == []
