from __future__ import annotations

import contextlib
import multiprocessing
import os
import time
from collections.abc import Iterator
from multiprocessing.context import SpawnProcess
from pathlib import Path

from tests.servers.shared import shared

SPAWN = multiprocessing.get_context("spawn")  # the tests' own process has threads, which do not survive a fork


@contextlib.contextmanager
def server(log: Path) -> Iterator[int]:
    """Stands for an expensive one: its value is the process that started it."""
    with log.open("a") as file:
        file.write("start ")
    yield os.getpid()
    with log.open("a") as file:
        file.write("stop ")


def use(folder: Path, seconds: float) -> None:
    log = folder / "log"
    with shared(folder, lambda: server(log)):
        with log.open("a") as file:
            file.write("came ")
        time.sleep(seconds)
        with log.open("a") as file:
            file.write("went ")


def test_the_first_user_waits_for_the_others_before_it_stops_the_server(tmp_path: Path) -> None:
    with shared(tmp_path, lambda: server(tmp_path / "log")) as first:
        others = [_started(tmp_path, seconds=0.5) for _ in range(2)]
        _wait_for(others, tmp_path)

    for other in others:
        other.join()
    assert first == os.getpid()
    assert (tmp_path / "log").read_text().split() == ["start", "came", "came", "went", "went", "stop"]


def test_a_killed_user_holds_up_nobody(tmp_path: Path) -> None:
    with shared(tmp_path, lambda: server(tmp_path / "log")):
        other = _started(tmp_path, seconds=600)
        _wait_for([other], tmp_path)
        other.kill()
        other.join()

    assert (tmp_path / "log").read_text().split() == ["start", "came", "stop"]


def test_the_next_one_starts_another(tmp_path: Path) -> None:
    use(tmp_path, 0)
    use(tmp_path, 0)

    assert (tmp_path / "log").read_text().split() == ["start", "came", "went", "stop"] * 2


def _started(folder: Path, *, seconds: float) -> SpawnProcess:
    process = SPAWN.Process(target=use, args=(folder, seconds))
    process.start()
    return process


def _wait_for(processes: list[SpawnProcess], folder: Path) -> None:
    deadline = time.monotonic() + 60
    while (folder / "log").read_text().count("came") < len(processes):
        assert time.monotonic() < deadline, "the others never came"
        time.sleep(0.01)
