from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from medialift.move import run
from medialift.move.memory_journal import MemoryJournal
from medialift.move.pause import Gate, Pause
from medialift.move.values import Job, Limits
from medialift.stores.memory import MemoryStore
from medialift.stores.wrappers.base import Wrapper
from medialift.types import Stored

FILES = {f"{number:04}": b"bytes" for number in range(400)}
LIMITS = {"workers": 4, "batch": 10, "batch_seconds": 0.05}


class Slow(Wrapper):
    """Counts what it is given, and takes its time."""

    def __init__(self, inner: MemoryStore) -> None:
        super().__init__(inner)
        self.puts = 0

    def put(self, key: str, body: Any, **options: Any) -> Stored:
        self.puts += 1
        time.sleep(0.01)
        stored: Stored = self.inner.put(key, body, **options)
        return stored


def site() -> tuple[MemoryStore, Slow]:
    source = MemoryStore()
    for name, body in FILES.items():
        source.put(name, body)
    return source, Slow(MemoryStore("target"))


def until(condition: Any, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_while_the_file_is_there_nothing_is_begun_and_what_ended_is_recorded(tmp_path: Path) -> None:
    source, target = site()
    file, journal = tmp_path / "pause", MemoryJournal()
    job = Job(source, target, journal, references=tuple, limits=Limits(**LIMITS, pause_file=file))  # type: ignore[arg-type]
    results: list[Any] = []
    mover = threading.Thread(target=lambda: results.append(run.migrate(job)))
    mover.start()
    until(lambda: target.puts > 20)

    file.touch()
    time.sleep(1.0)
    paused = target.puts
    time.sleep(1.0)

    assert target.puts == paused < len(FILES)
    until(lambda: len(list(journal.evidence())) == paused)
    file.unlink()
    mover.join(timeout=30)
    assert results[0].complete
    assert target.puts == len(FILES)


def test_a_paused_move_can_be_stopped(tmp_path: Path) -> None:
    source, target = site()
    file, stop = tmp_path / "pause", threading.Event()
    file.touch()
    limits = Limits(**LIMITS, pause_file=file)  # type: ignore[arg-type]
    job = Job(source, target, MemoryJournal(), references=tuple, limits=limits, stop=stop)
    results: list[Any] = []
    mover = threading.Thread(target=lambda: results.append(run.copy(job)))
    mover.start()
    time.sleep(1.0)

    stop.set()
    mover.join(timeout=20)

    assert results[0].stopped
    assert target.puts < len(FILES)


def test_the_file_is_looked_for_twice_a_second(tmp_path: Path) -> None:
    now = [0.0]
    file, gate, seen = tmp_path / "pause", Gate(), list[bool]()
    pause = Pause(gate, file, lambda: False, clock=lambda: now[0])
    pause.look()
    for moment, there in ((0.1, True), (0.5, True), (0.6, False), (1.0, False)):
        now[0] = moment
        if there:
            file.touch()
        else:
            file.unlink(missing_ok=True)
        pause.look()
        seen.append(gate.is_open)
    assert seen == [True, False, False, True]


def test_without_a_file_and_a_wish_the_gate_stays_open() -> None:
    gate = Gate()
    Pause(gate, None, lambda: False).look()
    assert gate.is_open


class Held(MemoryJournal):
    """A journal that somebody holds."""

    held = True

    def is_paused(self) -> bool:
        return self.held


def test_a_move_that_is_held_begins_nothing_and_goes_on_when_it_is_let_go() -> None:
    source, target = site()
    journal = Held()
    job = Job(source, target, journal, references=tuple, limits=Limits(workers=4))
    results: list[Any] = []
    mover = threading.Thread(target=lambda: results.append(run.migrate(job)))
    mover.start()
    until(lambda: journal.tallies())
    time.sleep(1.0)
    assert target.puts == 0

    journal.held = False
    until(lambda: target.puts > 20)
    journal.held = True
    time.sleep(1.0)
    paused = target.puts
    time.sleep(0.5)
    assert target.puts == paused < len(FILES)

    journal.held = False
    mover.join(60)
    assert results[0].complete
