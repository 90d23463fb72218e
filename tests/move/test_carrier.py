from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from medialift.errors import NoSpaceError
from medialift.move import again, carrier, express, spawning
from medialift.move.carrying import Consignment, Report
from medialift.move.copy import Watch, copy
from medialift.move.pace import Budget, Flow, Pace
from medialift.move.pause import Gate
from medialift.move.transfer import Tried
from medialift.move.values import Limits
from medialift.stores.filesystem import FilesystemStore
from medialift.types import Action, Copied, Item, NotCopied, Proof, State, Step
from tests.move.folder_express import SECRET, FolderTarget
from tests.move.worlds import CHECKED, QUICK, contents

FILES = {f"f/{number:03}.jpg": f"{number}".encode() * (number + 1) for number in range(240)}
EARLY = 20
"""So many files go before the second process is begun."""


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier, "AFTER", EARLY)
    monkeypatch.setattr(spawning, "cores", lambda: 2)
    monkeypatch.setattr(again, "FIRST_REST", 0.0001)


@pytest.fixture
def source(tmp_path: Path) -> FilesystemStore:
    for name, body in FILES.items():
        path = tmp_path / "media" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return FilesystemStore(tmp_path / "media")


@pytest.fixture
def target(tmp_path: Path) -> FolderTarget:
    return FolderTarget(tmp_path / "target", CHECKED)


def steps(source: FilesystemStore) -> list[Step]:
    return [Step(Action.COPY, Item(info.key, info.key, info.size, info.fingerprint)) for info in source.list()]


def with_a_break(some: list[Step], target: FolderTarget) -> Iterator[Step]:
    """*some*, but the second process may begin after the first of them."""
    yield from some[: EARLY + 1]
    patience = time.monotonic() + 30
    while not target.route.opened.exists():
        assert time.monotonic() < patience
        time.sleep(0.01)
    yield from some[EARLY + 1 :]


def copied(
    source: FilesystemStore, target: FolderTarget, limits: Limits = QUICK, *, alone: bool = False, **more: Any
) -> dict[str, Copied | NotCopied]:
    some = more.pop("some", None) or steps(source)
    some = some if alone else with_a_break(some, target)
    outcomes = copy(some, source, target, limits=limits, stop=threading.Event(), **more)
    return {outcome.item.name: outcome for outcome in outcomes}


def by_the_second(target: FolderTarget) -> list[str]:
    return [key for process, _, key in target.begun if process != os.getpid()]


def test_a_large_move_is_carried_by_a_second_process(source: FilesystemStore, target: FolderTarget) -> None:
    outcomes = copied(source, target, mark="m1")

    assert contents(target) == FILES
    assert len(by_the_second(target)) > len(FILES) / 2
    assert sorted(key for _, _, key in target.begun) == sorted(FILES)
    for name, outcome in outcomes.items():
        assert isinstance(outcome, Copied)
        assert outcome.digests.sha256 == hashlib.sha256(FILES[name]).digest()
        assert (outcome.proof, outcome.stored.version, outcome.stored.size) == (
            Proof.SERVER_CHECKED, "v1", len(FILES[name]),
        )  # fmt: skip
        assert outcome.stored.etag == target.head(name).etag
        assert outcome.item == Item(name, name, len(FILES[name]), source.head(name).fingerprint)


def test_both_ways_say_the_same(
    source: FilesystemStore, target: FolderTarget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = copied(source, target)
    monkeypatch.setattr(spawning, "cores", lambda: 1)
    alone = FolderTarget(tmp_path / "alone", CHECKED)
    one = copied(source, alone, alone=True)

    assert not by_the_second(alone)
    assert by_the_second(target)
    assert {name: told(outcome) for name, outcome in one.items()} == {
        name: told(outcome) for name, outcome in two.items()
    }


def told(outcome: Copied | NotCopied) -> object:
    assert isinstance(outcome, Copied)
    return outcome.item, outcome.digests, replace(outcome.stored, etag=None), outcome.proof


def test_one_process_is_all_where_no_more_are_allowed(source: FilesystemStore, target: FolderTarget) -> None:
    copied(source, target, replace(QUICK, processes=1), alone=True)
    assert contents(target) == FILES
    assert not by_the_second(target)


def test_a_small_move_has_none(source: FilesystemStore, target: FolderTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier, "AFTER", len(FILES) + 1)
    copied(source, target, alone=True)
    assert contents(target) == FILES
    assert not by_the_second(target)


@pytest.mark.parametrize("python", ["/usr/bin/uwsgi", "", "/nowhere/python3"])
def test_where_there_is_no_python_to_start_there_is_none(
    source: FilesystemStore, target: FolderTarget, monkeypatch: pytest.MonkeyPatch, python: str
) -> None:
    monkeypatch.setattr(sys, "executable", python)
    copied(source, target, alone=True)
    assert contents(target) == FILES
    assert not by_the_second(target)


def test_a_folder_that_cannot_be_handed_over_is_read_in_one(source: FilesystemStore, target: FolderTarget) -> None:
    class Own(FilesystemStore):
        pass

    copied(Own(source.identity.container), target, alone=True)
    assert contents(target) == FILES
    assert not by_the_second(target)


@pytest.mark.parametrize("fate", ["killed", "raises"])
def test_when_it_dies_the_move_goes_on_alone(
    source: FilesystemStore, tmp_path: Path, caplog: pytest.LogCaptureFixture, fate: str
) -> None:
    target = FolderTarget(tmp_path / "target", CHECKED, {"f/150.jpg": fate})
    with caplog.at_level(logging.WARNING, "medialift"):
        outcomes = copied(source, target)

    assert contents(target) == FILES
    assert set(outcomes) == set(FILES)
    assert all(isinstance(outcome, Copied) for outcome in outcomes.values())
    assert 0 < len(by_the_second(target)) < 200
    assert [record.message for record in caplog.records] == [
        "The second process of the move has ended: it goes on in one."
    ]


def test_one_that_never_gets_ready_is_not_waited_for(
    source: FilesystemStore, target: FolderTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrier, "PROGRAM", "import time; time.sleep(60)")
    monkeypatch.setattr(carrier, "PATIENCE", 0.1)
    began = time.monotonic()
    copied(source, target, alone=True)
    assert contents(target) == FILES
    assert not by_the_second(target)
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("fate", ["lost", "not here", "throttled"])
def test_what_goes_wrong_is_done_again_by_the_threads(source: FilesystemStore, tmp_path: Path, fate: str) -> None:
    bad = [name for name in FILES if name.endswith("7.jpg")]
    target = FolderTarget(tmp_path / "target", CHECKED, dict.fromkeys(bad, fate))

    outcomes = copied(source, target)

    assert contents(target) == FILES
    assert set(by_the_second(target)) & set(bad)
    assert all(isinstance(outcome, Copied) for outcome in outcomes.values())


def test_other_bytes_at_the_target_are_left_alone(source: FilesystemStore, target: FolderTarget) -> None:
    target.put("f/203.jpg", b"theirs")
    target.put("f/204.jpg", FILES["f/204.jpg"])

    outcomes = copied(source, target)

    theirs, equal = outcomes["f/203.jpg"], outcomes["f/204.jpg"]
    assert {"f/203.jpg", "f/204.jpg"} <= set(by_the_second(target))
    assert isinstance(theirs, NotCopied)
    assert theirs.state is State.CONFLICT
    assert isinstance(equal, Copied)
    assert equal.adopted
    assert contents(target)["f/203.jpg"] == b"theirs"


def test_a_file_that_became_what_the_target_has_is_adopted(source: FilesystemStore, target: FolderTarget) -> None:
    some = steps(source)
    source.put("f/201.jpg", b"new")
    target.put("f/201.jpg", b"new")

    outcome = copied(source, target, some=some)["f/201.jpg"]

    assert isinstance(outcome, Copied)
    assert outcome.adopted
    assert "f/201.jpg" in by_the_second(target)


def test_one_that_nothing_comes_through_of_is_left(source: FilesystemStore, tmp_path: Path) -> None:
    target = FolderTarget(tmp_path / "target", CHECKED, {"f/100.jpg": "useless"})
    copied(source, target)
    assert contents(target) == FILES
    assert by_the_second(target)[-1] == "f/100.jpg"


@pytest.mark.parametrize("ending", ["the rows cannot be read any more", "the target is full"])
def test_an_error_ends_the_move_at_once(source: FilesystemStore, target: FolderTarget, ending: str) -> None:
    """Large files wait for memory while the second process has orders."""
    size = 40_000_000
    for number in range(8):
        with open(source.path_of(f"large{number}"), "wb") as file:
            file.truncate(size)
    is_full = ending == "the target is full"

    def some() -> Iterator[Step]:
        yield from with_a_break(steps(source), target)
        for number in range(8):
            yield Step(Action.COPY, Item(f"large{number}", f"large{number}", size, ""))
        if not is_full:
            raise ZeroDivisionError(ending)

    def full(*arguments: Any, **more: Any) -> Any:
        raise NoSpaceError("full", operation="put", key="", store="")

    limits = replace(QUICK, bytes_in_flight=size + 240 * express.LEAST, whole=1 << 20)
    target.put = full if is_full else target.put  # type: ignore[method-assign]
    with pytest.raises(NoSpaceError if is_full else ZeroDivisionError):
        list(copy(some(), source, target, limits=limits, stop=threading.Event()))


def test_a_file_that_changed_is_written_or_is_gone_is_judged_as_ever(
    source: FilesystemStore, target: FolderTarget
) -> None:
    some = steps(source)
    source.put("f/201.jpg", b"new")
    source.put("f/202.jpg", b"x" * (express.LARGEST + 1))
    source.delete("f/203.jpg")

    with open(source.path_of("f/204.jpg"), "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        outcomes = copied(source, target, some=some)

    changed, gone, written = (outcomes[f"f/{number}.jpg"] for number in (201, 203, 204))
    assert isinstance(changed, Copied)
    assert (changed.item.size, changed.item.fingerprint) == (3, source.head("f/201.jpg").fingerprint)
    assert len(contents(target)["f/202.jpg"]) == express.LARGEST + 1
    assert isinstance(gone, NotCopied)
    assert gone.state is State.VANISHED
    assert isinstance(written, NotCopied)
    assert (written.state, written.retryable) == (State.PENDING, True)
    assert set(by_the_second(target)).isdisjoint({"f/202.jpg", "f/203.jpg", "f/204.jpg"})


def test_the_ends_of_many_files_are_told_at_once(
    source: FilesystemStore, target: FolderTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    hear = carrier.Carrier._told

    def heard(self: carrier.Carrier, report: Report) -> Iterator[Tried]:
        told.append(len(report.arrived))
        return hear(self, report)

    monkeypatch.setattr(carrier.Carrier, "_told", heard)
    copied(source, target)

    assert sum(told) == len(by_the_second(target))
    assert len(told) < sum(told) / 4  # the express gives three at a time


@pytest.mark.parametrize(("expected", "before"), [(0, EARLY - 1), (EARLY - 1, EARLY - 1), (EARLY, 0)])
def test_where_many_are_expected_it_is_begun_with_the_first(
    source: FilesystemStore, target: FolderTarget, monkeypatch: pytest.MonkeyPatch, expected: int, before: int
) -> None:
    begun: list[int] = []

    def start(consignment: Consignment, *rest: object) -> None:
        begun.append(len(target.begun))
        assert consignment.first == 3

    monkeypatch.setattr(carrier, "start", start)
    copied(source, target, replace(QUICK, workers=3), alone=True, expected=expected)

    assert begun == [before]
    assert contents(target) == FILES


def test_no_more_are_under_way_than_the_limits_allow(source: FilesystemStore, target: FolderTarget) -> None:
    copied(source, target, replace(QUICK, workers=3))
    assert by_the_second(target)
    assert max(under_way for _, under_way, _ in target.begun) < 3


def test_what_is_not_begun_is_left_when_the_move_is_stopped(source: FilesystemStore, target: FolderTarget) -> None:
    stop, done = threading.Event(), []
    for outcome in copy(
        with_a_break(steps(source), target), source, target, limits=replace(QUICK, workers=1), stop=stop
    ):
        done.append(outcome.item.name)
        if len(done) == 100:
            stop.set()

    assert sorted(done) == sorted(contents(target))
    assert by_the_second(target)
    assert 100 <= len(done) < 100 + carrier.AHEAD


def test_nothing_is_begun_while_the_move_is_paused(source: FilesystemStore, target: FolderTarget) -> None:
    gate, begun = Gate(), []
    outcomes = []
    closed_at = 0.0

    def look() -> None:
        if closed_at and not gate.is_open:
            begun.append(len(target.begun))
            if time.monotonic() - closed_at > 1:
                gate.set_open(True)

    watch = Watch(tick=look, gate=gate)
    for outcome in copy(
        with_a_break(steps(source), target), source, target, limits=QUICK, stop=threading.Event(), watch=watch
    ):
        outcomes.append(outcome.item.name)
        if len(outcomes) == 100:
            gate.set_open(False)
            closed_at = time.monotonic()

    assert sorted(outcomes) == sorted(FILES)
    assert by_the_second(target)
    half = begun[len(begun) // 2 :]
    assert len(set(half)) == 1
    assert half[0] < len(FILES)


def test_a_slow_disk_is_read_by_many_threads(source: FilesystemStore, target: FolderTarget) -> None:
    consignment = Consignment(SlowFolder(source.identity.container), target.route, CHECKED, "", 8)
    flow = Flow(Budget(1 << 40), Pace(8))
    begun = carrier.start(consignment, target.express(), flow)
    assert begun is not None
    try:
        patience = time.monotonic() + 30
        for step in steps(source):
            assert begun.begin(step)
        while not begun.is_slow:
            assert time.monotonic() < patience
            list(begun.results(0.1))
    finally:
        begun.close()


class SlowFolder(FilesystemStore):
    """A folder whose every file is waited for."""

    def read_whole(self, key: str, largest: int) -> Any:
        time.sleep(0.002)
        return super().read_whole(key, largest)


def test_secrets_go_neither_by_arguments_nor_by_environment_nor_with_the_files(
    source: FilesystemStore, target: FolderTarget
) -> None:
    consignment = Consignment(source, target.route, CHECKED, "", 8)
    begun = carrier.start(consignment, target.express(), Flow(Budget(1 << 40), Pace(8)))
    assert begun is not None
    try:
        place = Path(f"/proc/{begun._process.pid}")
        for file in ("cmdline", "environ"):
            assert SECRET.encode() not in (place / file).read_bytes()
        wait_for(begun)
    finally:
        begun.close()
    assert SECRET.encode() not in pickle.dumps(consignment)
    assert begun._process.returncode == 0


def test_one_that_has_been_given_nothing_yet_is_not_waited_for(source: FilesystemStore, target: FolderTarget) -> None:
    consignment = Consignment(source, target.route, CHECKED, "", 8)
    begun = carrier.start(consignment, target.express(), Flow(Budget(1 << 40), Pace(8)))
    assert begun is not None
    begun.close()
    assert begun._process.returncode == -signal.SIGKILL


BEGINS = """
import os, sys, time
from pathlib import Path
from medialift.move.carrier import start
from medialift.move.carrying import Consignment
from medialift.move.pace import Budget, Flow, Pace
from tests.move.folder_express import FolderTarget
from tests.move.worlds import CHECKED

target = FolderTarget(Path(sys.argv[1]), CHECKED)
begun = start(Consignment(target, target.route, CHECKED, "", 8), target.express(), Flow(Budget(1 << 40), Pace(8)))
while not begun.has_begun:
    list(begun.results(0.1))
print(begun._process.pid, flush=True)
os.kill(os.getpid(), 9)
"""


def test_it_ends_with_the_process_that_began_it_whatever_kills_that(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", BEGINS, tmp_path / "target"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == -9, ended.stderr

    patience = time.monotonic() + 10
    while is_running(int(ended.stdout)):
        assert time.monotonic() < patience
        time.sleep(0.02)


def wait_for(begun: carrier.Carrier) -> None:
    patience = time.monotonic() + 30
    while not begun.has_begun:
        assert time.monotonic() < patience
        list(begun.results(0.1))


def is_running(process: int) -> bool:
    with suppress(FileNotFoundError, ProcessLookupError):
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_stops_the_whole_group_is_not_for_it(source: FilesystemStore, target: FolderTarget, number: int) -> None:
    begun = carrier.start(
        Consignment(source, target.route, CHECKED, "", 8), target.express(), Flow(Budget(1 << 40), Pace(8))
    )
    assert begun is not None
    try:
        wait_for(begun)
        os.kill(begun._process.pid, number)
        time.sleep(0.1)
        assert begun.begin(steps(source)[0])
        patience = time.monotonic() + 30
        while not (done := list(begun.results(0.1))):
            assert time.monotonic() < patience
        assert isinstance(done[0].outcome, Copied)
    finally:
        begun.close()


def test_it_loads_neither_django_nor_a_driver() -> None:
    program = (
        "import medialift.move.carrying, medialift.stores.s3.express, medialift.stores.filesystem, sys;"
        "print([name for name in ('django', 'botocore', 'boto3', 'obstore', 'httpx') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
