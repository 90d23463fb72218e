"""What changes from one round to the next: on a real bucket that is opened to everybody, and closed again."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import datetime, timezone

from medialift.doctor.check import Outcome, State
from medialift.doctor.checks import write
from medialift.doctor.watch import WATCHED, Alteration, Round, alterations, remembering, rounds
from medialift.stores.memory import MemoryStore
from tests.doctor.conftest import SITE, Bucket, let_everybody
from tests.servers.proxy import FaultProxy
from tests.servers.rules import error, when

NOW = datetime(2026, 11, 21, tzinfo=timezone.utc)


def told(found: Round) -> set[str]:
    return {outcome.id.removeprefix("medialift.") for outcome in found.outcomes if outcome.state is State.FINDING}


def test_a_bucket_that_becomes_public_is_told_once_and_so_is_its_end(healthy: Bucket) -> None:
    looked = rounds(SITE, {"cloud": healthy.store()})
    first = next(looked)
    assert told(first) == set()
    let_everybody(healthy, "s3:GetObject", f"{healthy.arn}/*")
    second, third = next(looked), next(looked)
    (began,) = alterations(first, second)
    assert (began.began, began.outcome.id, began.outcome.alias) == (True, "medialift.E027", "cloud")
    assert list(alterations(second, third)) == []
    healthy.owner.client().delete_bucket_policy(Bucket=healthy.name)
    (ended,) = alterations(third, next(looked))
    assert (ended.began, ended.outcome.id) == (False, "medialift.E027")
    assert healthy.contents() == []


def test_reads_that_begin_to_fail_are_found(healthy: Bucket, proxy: FaultProxy) -> None:
    looked = rounds(SITE, {"cloud": healthy.store(proxy.server, client={"max_attempts": 1})})
    assert told(next(looked)) == set()
    proxy.rules.append(when(error(500, "InternalError"), operation="GetObject"))
    assert told(next(looked)) == {"E015"}
    proxy.rules[:] = [when(error(400, "ExpiredToken"))]
    assert told(next(looked)) == {"E035"}
    proxy.rules.clear()
    assert told(next(looked)) == set()


def test_a_round_takes_a_handful_of_requests(healthy: Bucket, proxy: FaultProxy) -> None:
    looked = rounds(SITE, {"cloud": healthy.store(proxy.server)})
    next(looked)
    first = len(proxy.requests)
    next(looked)
    operations = Counter(request.operation for request in proxy.requests[first:])
    assert operations == {"ListObjectsV2": 2, "PutObject": 1, "GetObject": 4, "DeleteObject": 1}


def round_of(number: int, state: State) -> Round:
    finding = write.RULE.found(alias="cloud", reason="full", how="x")
    found = (finding,) if state is State.FINDING else ()
    outcome = Outcome("cloud", write.RULE.id, write.CHECK.about, state, found)
    return Round(number, NOW, 1.0, (outcome,), {})


def test_what_becomes_unknown_has_neither_begun_nor_ended() -> None:
    found, unknown, good = round_of(1, State.FINDING), round_of(2, State.UNKNOWN), round_of(3, State.OK)
    assert list(alterations(found, unknown)) == []
    kept = remembering(found, unknown)
    assert list(alterations(kept, good)) == [Alteration(NOW, False, good.outcomes[0])]
    assert list(alterations(remembering(None, unknown), good)) == []
    assert list(alterations(remembering(good, unknown), found)) == [Alteration(NOW, True, found.outcomes[0])]


def test_a_finding_of_the_first_round_has_begun() -> None:
    assert [change.began for change in alterations(None, round_of(1, State.FINDING))] == [True]
    assert list(alterations(None, round_of(1, State.OK))) == []


def test_what_is_watched_can_break_without_a_deploy() -> None:
    ids = {check.rule.id.removeprefix("medialift.") for check in WATCHED}
    assert {"E035", "W036", "E027", "E029", "E015"} <= ids  # expiring credentials, public access, failing reads
    assert all(check.gate or check.watched for check in WATCHED)


def test_stores_without_credentials_have_no_end() -> None:
    found = next(rounds(dataclasses.replace(SITE, storages={}), {"a": MemoryStore(), "b": MemoryStore()}))
    assert (found.number, dict(found.expires)) == (1, {})
    assert {outcome.alias for outcome in found.outcomes} == {"a", "b"}
