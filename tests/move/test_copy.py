from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from medialift.errors import (
    AccessDeniedError,
    BucketNotFoundError,
    CredentialsError,
    DigestMismatchError,
    NoSpaceError,
    NotFoundError,
    ReadOnlyError,
    StoreError,
    ThrottledError,
    UnavailableError,
)
from medialift.move import again
from medialift.move.copy import SAME_FAILURES, copy
from medialift.move.values import Limits
from medialift.stores.base import Body, ObjectStore
from medialift.stores.memory import MEMORY_TRAITS, MemoryStore
from medialift.stores.wrappers.base import Wrapper
from medialift.stores.wrappers.trace import CallCounter, TraceStore
from medialift.testing.faults import CutOff, Fail, FaultyStore, Flip, LoseAnswer, Truncate
from medialift.types import (
    NO_HEADERS,
    Action,
    Copied,
    Digests,
    Evidence,
    Headers,
    Item,
    NotCopied,
    ObjectInfo,
    Proof,
    State,
    Step,
    Stored,
    Traits,
)
from tests.move.worlds import CHECKED, OPAQUE, OVERWRITES, QUICK, contents, disk, filled, memory

SMALL = b"some bytes"
LARGE = os.urandom(100_000)
STREAMED = replace(QUICK, whole=1000)
"""Limits under which ``LARGE`` is streamed."""


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "FIRST_REST", 0.0001)


def step(name: str, data: bytes = SMALL, action: Action = Action.COPY, **more: object) -> Step:
    return Step(action, Item(name, name, len(data), hashlib.md5(data).hexdigest()), **more)  # type: ignore[arg-type]


def run(
    steps: Iterable[Step],
    source: ObjectStore,
    target: ObjectStore,
    limits: Limits = QUICK,
    stop: threading.Event | None = None,
) -> list[Copied | NotCopied]:
    return list(copy(steps, source, target, limits=limits, stop=stop or threading.Event()))


def copied(
    source: ObjectStore, target: ObjectStore, limits: Limits = QUICK, *, data: bytes = SMALL, a: Step | None = None
) -> Copied:
    (outcome,) = run([a or step("a", data)], source, target, limits)
    assert isinstance(outcome, Copied), outcome
    return outcome


def not_copied(
    source: ObjectStore, target: ObjectStore, limits: Limits = QUICK, *, data: bytes = SMALL, a: Step | None = None
) -> NotCopied:
    (outcome,) = run([a or step("a", data)], source, target, limits)
    assert isinstance(outcome, NotCopied), outcome
    return outcome


# ── one file ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("traits", "proof", "calls"),
    [
        (MEMORY_TRAITS, Proof.SERVER_CHECKED, {"put": 1}),
        (replace(MEMORY_TRAITS, checked_digests=frozenset()), Proof.ETAG_MD5, {"put": 1}),
        (CHECKED, Proof.SERVER_CHECKED, {"put": 1}),
        (OPAQUE, Proof.READ_BACK, {"put": 1, "get": 1}),
    ],
)
def test_a_copy_is_proved_by_the_cheapest_means_the_store_offers(
    traits: Traits, proof: Proof, calls: dict[str, int]
) -> None:
    target, counter = MemoryStore(traits=traits), CallCounter()
    outcome = copied(memory({"a": SMALL}), TraceStore(target, counter))
    assert outcome.proof is proof
    assert counter.calls == calls
    assert contents(target) == {"a": SMALL}
    assert outcome.digests.sha256 == hashlib.sha256(SMALL).digest()


@pytest.mark.parametrize("traits", [MEMORY_TRAITS, OPAQUE, OVERWRITES])
def test_a_large_file_is_streamed_in_parts_and_proved(traits: Traits) -> None:
    target = MemoryStore(traits=replace(traits, part_size=30_000, multipart_threshold=30_000))
    outcome = copied(memory({"a": LARGE}), target, STREAMED, data=LARGE)
    assert outcome.proof is (Proof.READ_BACK if traits is OPAQUE else Proof.ETAG_MD5)
    assert outcome.stored.part_size == 30_000
    assert contents(target) == {"a": LARGE}


def test_a_store_that_chose_another_part_size_is_read_back() -> None:
    class OwnParts(MemoryStore):
        def _part_size(self, data: bytes) -> int | None:
            return 40_000

    traits = replace(MEMORY_TRAITS, part_size=30_000, multipart_threshold=30_000)
    assert copied(memory({"a": LARGE}), OwnParts(traits=traits), STREAMED, data=LARGE).proof is Proof.READ_BACK


def test_an_etag_that_contradicts_is_not_believed_without_a_look() -> None:
    class Encrypted(Wrapper):
        def put(
            self,
            key: str,
            body: Body,
            *,
            headers: Headers = NO_HEADERS,
            if_absent: bool = False,
            md5: bytes | None = None,
        ) -> Stored:
            stored = self.inner.put(key, body, headers=headers, if_absent=if_absent, md5=md5)
            return replace(stored, etag="0" * 32)

        def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None):  # type: ignore[no-untyped-def]
            assert if_match in (None, "0" * 32)
            return self.inner.get(key, start=start, length=length)

    assert copied(memory({"a": SMALL}), Encrypted(memory())).proof is Proof.READ_BACK


class Telling(Wrapper):
    """Damages the first bodies, notices, and tells which object it has left behind."""

    def __init__(self, inner: ObjectStore, damages: int) -> None:
        super().__init__(inner)
        self.damages = damages

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        if not self.damages:
            return self.inner.put(key, body, headers=headers, if_absent=if_absent, md5=md5)
        self.damages -= 1
        data = body if isinstance(body, bytes) else body.read()
        stored = self.inner.put(key, data[::-1], headers=headers, if_absent=if_absent)
        error = DigestMismatchError("other bytes arrived", operation="put", key=key)
        error.etag = stored.etag
        raise error


@pytest.mark.parametrize("traits", [MEMORY_TRAITS, OVERWRITES])
@pytest.mark.parametrize("data", [SMALL, LARGE])
@pytest.mark.parametrize("deletes", [True, False])
def test_a_damaged_object_of_our_own_is_no_conflict(traits: Traits, data: bytes, deletes: bool) -> None:
    target = MemoryStore(traits=traits)
    faulty = FaultyStore(Telling(target, damages=2))
    if not deletes:
        faulty.stage("delete", Fail(UnavailableError), times=100)
    a = step("a", data)
    assert copied(memory({"a": data}), faulty, STREAMED, data=data, a=a).item == a.item
    assert contents(target) == {"a": data}


def test_a_damaged_object_that_never_becomes_right_is_deleted() -> None:
    target = MemoryStore()
    outcome = not_copied(memory({"a": SMALL}), Telling(target, damages=100))
    assert (outcome.state, outcome.error, outcome.retryable) == (State.FAILED, "DigestMismatchError", True)
    assert contents(target) == {}


def test_files_on_a_disk_arrive_on_another(tmp_path: Path) -> None:
    source = disk(tmp_path / "source", {"a/b": SMALL, "large": LARGE})
    target = disk(tmp_path / "target")
    steps = [Step(Action.COPY, Item(info.key, info.key, info.size, info.fingerprint)) for info in source.list()]
    proofs = {outcome.item.name: outcome.proof for outcome in run(steps, source, target, STREAMED)}  # type: ignore[union-attr]
    assert proofs == {"a/b": Proof.SERVER_CHECKED, "large": Proof.READ_BACK}
    assert contents(target) == {"a/b": SMALL, "large": LARGE}


def test_the_headers_of_the_source_come_along() -> None:
    kept = Headers("image/x", "max-age=1", "attachment", None, "de", {"a": "b"})
    source, target = MemoryStore(), MemoryStore()
    source.put("a", SMALL, headers=kept)
    copied(source, target)
    assert target.head("a").headers == kept


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.avif", SMALL, "image/avif"),
        ("photos/b.JPG", SMALL, "image/jpeg"),
        ("noname", b"\x89PNG\r\n\x1a\n" + SMALL, "image/png"),
        (".jpg", SMALL, "application/octet-stream"),
        ("x.unknown", SMALL, "application/octet-stream"),
    ],
)
@pytest.mark.parametrize("limits", [QUICK, replace(QUICK, whole=1)])
def test_a_content_type_is_found_where_the_source_has_none(name: str, data: bytes, kind: str, limits: Limits) -> None:
    target = MemoryStore()
    run([step(name, data)], memory({name: data}), target, limits)
    assert target.head(name).headers.content_type == kind


def test_an_empty_file_is_a_file() -> None:
    target = memory()
    assert copied(memory({"a": b""}), target, data=b"").item.size == 0
    assert contents(target) == {"a": b""}


# ── what is at the target already ────────────────────────────────────────────────────────────


def evidence_of(store: ObjectStore, key: str, state: State = State.VERIFIED) -> Evidence:
    info = store.head(key)
    digests = Digests(b"", b"")
    return Evidence(key, key, info.size, "old", digests, info.etag, None, None, Proof.ETAG_MD5, state)


@pytest.mark.parametrize("limits", [QUICK, STREAMED])
@pytest.mark.parametrize("traits", [MEMORY_TRAITS, OPAQUE])
def test_an_object_that_came_since_the_plan_is_adopted_or_a_conflict(traits: Traits, limits: Limits) -> None:
    target = filled(MemoryStore(traits=traits), {"a": LARGE, "b": LARGE[::-1]})
    outcomes = run([step("a", LARGE), step("b", LARGE)], memory({"a": LARGE, "b": LARGE}), target, limits)
    by_name = {outcome.item.name: outcome for outcome in outcomes}
    adopted, conflict = by_name["a"], by_name["b"]
    assert isinstance(adopted, Copied)
    assert adopted.adopted
    assert isinstance(conflict, NotCopied)
    assert conflict.state is State.CONFLICT
    assert contents(target) == {"a": LARGE, "b": LARGE[::-1]}


def test_a_large_file_does_not_overwrite_where_the_store_cannot_create() -> None:
    target = filled(MemoryStore(traits=OVERWRITES), {"a": SMALL})
    assert not_copied(memory({"a": LARGE}), target, STREAMED, data=LARGE).state is State.CONFLICT
    assert contents(target) == {"a": SMALL}


def test_an_adoption_that_finds_nothing_copies() -> None:
    target = memory()
    outcome = copied(memory({"a": SMALL}), target, a=step("a", action=Action.ADOPT))
    assert not outcome.adopted
    assert contents(target) == {"a": SMALL}


def test_an_adoption_without_a_listing_asks_first_and_never_overwrites() -> None:
    target = filled(MemoryStore(traits=OVERWRITES), {"a": SMALL[::-1]})
    assert not_copied(memory({"a": SMALL}), target, a=step("a", action=Action.ADOPT)).state is State.CONFLICT
    assert contents(target) == {"a": SMALL[::-1]}


@pytest.mark.parametrize("data", [SMALL, SMALL[::-1], LARGE])
def test_what_an_earlier_pass_put_there_is_replaced(data: bytes) -> None:
    target = memory({"a": SMALL})
    replacing = step("a", data, Action.REPLACE, evidence=evidence_of(target, "a"))
    copied(memory({"a": data}), target, STREAMED, a=replacing)
    assert contents(target) == {"a": data}


def test_a_file_that_was_only_touched_is_not_sent_again() -> None:
    target, counter = memory({"a": SMALL}), CallCounter()
    touched = step("a", action=Action.ADOPT, evidence=evidence_of(target, "a"))
    assert copied(memory({"a": SMALL}), TraceStore(target, counter), a=touched).adopted
    assert counter.calls == {"head": 1}


def test_a_file_that_changed_under_the_same_size_replaces_its_earlier_copy() -> None:
    target = memory({"a": SMALL})
    changed = step("a", SMALL[::-1], Action.ADOPT, evidence=evidence_of(target, "a"))
    copied(memory({"a": SMALL[::-1]}), target, a=changed)
    assert contents(target) == {"a": SMALL[::-1]}


def test_what_somebody_else_has_put_there_since_is_not_replaced() -> None:
    target = memory({"a": SMALL})
    replacing = step("a", LARGE, Action.REPLACE, evidence=evidence_of(target, "a"))
    target.put("a", b"somebody else's")
    assert not_copied(memory({"a": LARGE}), target, a=replacing).state is State.CONFLICT
    assert contents(target) == {"a": b"somebody else's"}


# ── failures ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("limits", [QUICK, STREAMED])
@pytest.mark.parametrize(
    ("side", "operation", "fault"),
    [
        ("target", "put", Fail(UnavailableError)),
        ("target", "put", Fail(ThrottledError)),
        ("target", "put", LoseAnswer(UnavailableError)),
        ("target", "put", Flip(5)),
        ("target", "put", Truncate(5)),
        ("source", "get", Fail(UnavailableError)),
        ("source", "get", CutOff(5)),
        ("source", "get", Truncate(5)),
        ("source", "get", Flip(5)),
    ],
)
@pytest.mark.parametrize("traits", [MEMORY_TRAITS, OPAQUE, OVERWRITES])
def test_a_passing_failure_costs_another_attempt_and_nothing_else(
    traits: Traits, side: str, operation: str, fault: object, limits: Limits
) -> None:
    source, target = FaultyStore(memory({"a": LARGE})), FaultyStore(MemoryStore(traits=traits))
    {"source": source, "target": target}[side].stage(operation, fault)  # type: ignore[arg-type]
    copied(source, target, limits, data=LARGE)
    assert contents(target.inner) == {"a": LARGE}


@pytest.mark.parametrize("limits", [QUICK, STREAMED])
def test_a_wrong_copy_that_never_comes_right_is_removed_and_told(limits: Limits) -> None:
    target = FaultyStore(MemoryStore(traits=OPAQUE))
    target.stage("put", Flip(5), times=None)
    outcome = not_copied(memory({"a": LARGE}), target, limits, data=LARGE)
    assert (outcome.state, outcome.error) == (State.FAILED, DigestMismatchError.__name__)
    assert contents(target.inner) == {}


def test_a_wrong_copy_where_nothing_can_be_created_stays_and_is_told() -> None:
    target = FaultyStore(MemoryStore(traits=replace(OVERWRITES, etag=OPAQUE.etag, checked_digests=frozenset())))
    target.stage("put", Flip(5), times=None)
    assert not_copied(memory({"a": LARGE}), target, STREAMED, data=LARGE).state is State.FAILED
    assert list(contents(target.inner)) == ["a"]


@pytest.mark.parametrize(
    ("error", "state", "retryable"),
    [
        (NotFoundError, State.VANISHED, False),
        (AccessDeniedError, State.UNREADABLE, False),
        (StoreError, State.UNREADABLE, False),
        (UnavailableError, State.FAILED, True),
    ],
)
def test_what_a_failing_source_means_for_its_file(error: type[StoreError], state: State, retryable: bool) -> None:
    source = FaultyStore(memory({"a": SMALL}))
    source.stage("get", Fail(error), times=None)
    outcome = not_copied(source, memory())
    assert (outcome.state, outcome.retryable, outcome.error) == (state, retryable, error.__name__)


def test_a_file_that_keeps_changing_fails_and_its_copy_is_removed(tmp_path: Path) -> None:
    class Restless(Wrapper):
        def head(self, key: str) -> ObjectInfo:
            return replace(self.inner.head(key), fingerprint=str(time.monotonic_ns()))

    source = Restless(disk(tmp_path / "source", {"small": SMALL, "large": LARGE}))
    target = memory()
    steps = [Step(Action.COPY, Item(i.key, i.key, i.size, i.fingerprint)) for i in source.list()]
    outcomes = run(steps, source, target, STREAMED)
    assert {outcome.error for outcome in outcomes} == {"SourceChangedError"}  # type: ignore[union-attr]
    assert contents(target) == {}


def test_a_file_that_changed_since_the_plan_is_taken_as_it_is_now() -> None:
    outcome = copied(memory({"a": LARGE}), memory(), a=step("a", SMALL))
    assert (outcome.item.size, outcome.item.fingerprint) == (len(LARGE), hashlib.md5(LARGE).hexdigest())


def test_a_file_that_is_being_written_is_left_for_the_next_pass(tmp_path: Path) -> None:
    import fcntl

    source = disk(tmp_path / "source", {"a": SMALL})
    with (tmp_path / "source" / "a").open("rb+") as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        outcome = not_copied(source, memory())
    assert (outcome.state, outcome.retryable) == (State.PENDING, True)


@pytest.mark.parametrize("error", [CredentialsError, BucketNotFoundError, NoSpaceError, ReadOnlyError])
@pytest.mark.parametrize("limits", [QUICK, STREAMED])
def test_a_failure_of_the_whole_store_ends_the_run_and_loses_nothing(error: type[StoreError], limits: Limits) -> None:
    names = [f"{number:03}" for number in range(300)]
    target = FaultyStore(memory())
    target.stage("put", Fail(error), call=100, times=None)
    target.stage("list", Fail(error), times=None)
    outcomes: list[Copied | NotCopied] = []
    with pytest.raises(error):
        outcomes.extend(
            copy(
                [step(name, LARGE) for name in names],
                memory(dict.fromkeys(names, LARGE)),
                target,
                limits=limits,
                stop=threading.Event(),
            )
        )
    assert {outcome.item.name for outcome in outcomes if isinstance(outcome, Copied)} == set(contents(target.inner))
    assert len(outcomes) == 99


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_name_for_which_a_service_denies_its_whole_bucket_fails_alone(side: str) -> None:
    names = [f"{number:03}" for number in range(100)]
    source, target = FaultyStore(memory(dict.fromkeys(names, SMALL))), FaultyStore(memory())
    faulty = {"source": source, "target": target}[side]
    faulty.stage({"source": "get", "target": "put"}[side], Fail(BucketNotFoundError), key="050", times=None)
    seen = CallCounter()
    stores = {"source": source, "target": target, side: TraceStore(faulty, seen)}
    outcomes = run([step(name) for name in names], stores["source"], stores["target"])
    (failed,) = (outcome for outcome in outcomes if isinstance(outcome, NotCopied))
    assert (failed.item.name, failed.retryable) == ("050", False)
    assert failed.state is {"source": State.UNREADABLE, "target": State.FAILED}[side]
    assert failed.reason == "staged, for this name alone: the bucket or folder is there"
    assert len(contents(target.inner)) == 99
    assert seen.calls["list"] == 1


@pytest.mark.parametrize("answer", [BucketNotFoundError, AccessDeniedError, UnavailableError])
def test_a_bucket_that_cannot_be_seen_counts_as_missing(answer: type[StoreError]) -> None:
    target = FaultyStore(memory({"before": SMALL}))
    target.stage("put", Fail(BucketNotFoundError))
    target.stage("list", Fail(answer), times=None)
    with pytest.raises(BucketNotFoundError):
        run([step("a")], memory({"a": SMALL}), target)


def test_the_same_failure_again_and_again_ends_the_run() -> None:
    names = [f"{number:05}" for number in range(5000)]
    target, counter = FaultyStore(memory()), CallCounter()
    target.stage("put", Fail(AccessDeniedError), times=None)
    steps = [step(name) for name in names]
    outcomes: list[Copied | NotCopied] = []
    traced = TraceStore(target, counter)
    with pytest.raises(AccessDeniedError):
        outcomes.extend(copy(steps, memory(dict.fromkeys(names, SMALL)), traced, limits=QUICK, stop=threading.Event()))
    assert len(outcomes) == SAME_FAILURES
    assert counter.calls["put"] < 4 * SAME_FAILURES


def test_single_failures_do_not_end_the_run() -> None:
    names = [f"{number:05}" for number in range(400)]
    target = FaultyStore(memory())
    for name in names[::2]:
        target.stage("put", Fail(AccessDeniedError), key=name)
    outcomes = run(
        [step(name) for name in names], memory(dict.fromkeys(names, SMALL)), target, replace(QUICK, workers=1)
    )
    assert sum(isinstance(outcome, Copied) for outcome in outcomes) == 200


def test_a_stop_gives_up_large_files_and_loses_no_outcome() -> None:
    stop, began = threading.Event(), threading.Event()

    class Stalling(MemoryStore):
        def put(self, key: str, body: Body, **more: object) -> Stored:
            if not isinstance(body, bytes):
                body.read(10)
                began.set()
                assert stop.wait(30)
            return super().put(key, body, **more)  # type: ignore[arg-type]

    names = [f"{number:04}" for number in range(2000)]
    source = memory({"large": LARGE, **dict.fromkeys(names, SMALL)})
    target = Stalling()
    done: list[str] = []
    for outcome in copy([step("large", LARGE), *map(step, names)], source, target, limits=STREAMED, stop=stop):
        done.append(outcome.item.name)
        if len(done) == 50:
            assert began.wait(30)
            stop.set()
    assert "large" not in done
    assert sorted(done) == sorted(contents(target))


def test_small_files_do_not_wait_for_large_ones() -> None:
    release = threading.Event()

    class Slow(MemoryStore):
        def put(self, key: str, body: Body, **more: object) -> Stored:
            if not isinstance(body, bytes):
                assert release.wait(30)
            return super().put(key, body, **more)  # type: ignore[arg-type]

    larges, smalls = [f"large{n}" for n in range(20)], [f"small{n}" for n in range(300)]
    source = memory({**dict.fromkeys(larges, LARGE), **dict.fromkeys(smalls, SMALL)})
    steps = [*(step(name, LARGE) for name in larges), *map(step, smalls)]
    done: list[str] = []
    for outcome in copy(steps, source, Slow(), limits=STREAMED, stop=threading.Event()):
        done.append(outcome.item.name)
        if len(done) == 300:
            assert set(done) == set(smalls)
            release.set()
    assert len(done) == 320


def test_bytes_in_flight_are_capped() -> None:
    lock = threading.Lock()
    now, most = 0, 0

    class Weighing(MemoryStore):
        def put(self, key: str, body: Body, **more: object) -> Stored:
            nonlocal now, most
            assert isinstance(body, bytes)
            with lock:
                now += len(body)
                most = max(most, now)
            time.sleep(0.002)
            with lock:
                now -= len(body)
            return super().put(key, body, **more)  # type: ignore[arg-type]

    names = [f"{number:03}" for number in range(60)]
    limits = replace(QUICK, workers=32, bytes_in_flight=350_000)
    run([step(name, LARGE) for name in names], memory(dict.fromkeys(names, LARGE)), Weighing(), limits)
    assert 200_000 <= most <= 350_000


def test_nothing_to_do_is_no_work() -> None:
    done = [step("a", action=action) for action in (Action.DONE, Action.CONFLICT, Action.MISSING, Action.INVALID_NAME)]
    counter = CallCounter()
    assert run(done, memory(), TraceStore(memory(), counter)) == []
    assert not counter.calls
