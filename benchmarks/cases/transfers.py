"""Cases in which contestants bring files into a bucket."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.contest import Case, Entry, Turn
from benchmarks.contestants.contestant import Contestant
from benchmarks.measure import measured
from benchmarks.servers.server import Server
from benchmarks.values import Command, DataSet, Task

Verb = Callable[[Contestant, Task], Command]


@dataclass(frozen=True, slots=True)
class Slow:
    """A contestant that is given only some of the files, once, and whose figures are scaled."""

    contestant: Contestant
    data: DataSet


def copying(
    name: str,
    title: str,
    data: DataSet,
    server: Server,
    place: str,
    contestants: Sequence[Contestant],
    slow: Sequence[Slow] = (),
) -> Case:
    """Everything in *data* goes into a new bucket of the server's endpoint *place*."""
    entries = [_copying(contestant, data, server, place) for contestant in contestants]
    for one in slow:
        entry = _copying(one.contestant, one.data, server, place)
        entries.append(replace(entry, scale=data.files / one.data.files, rounds=1))
    return Case(name, title, data.files, data.octets, entries)


def _copying(contestant: Contestant, data: DataSet, server: Server, place: str) -> Entry:
    def prepare(home: Path) -> Turn:
        task = Task(data, server.endpoints[place], server.new_bucket(), home)
        return _turn(contestant.copy(task), task, server)

    return Entry(contestant.name, prepare)


def nothing_to_do(
    name: str, title: str, data: DataSet, server: Server, place: str, contestants: Sequence[Contestant], home: Path
) -> Case:
    """Everything in *data* is in the bucket already; each contestant has put it there itself."""
    entries = [_again(contestant, data, server, place, home) for contestant in contestants]
    return Case(name, title, data.files, data.octets, entries)


def _again(contestant: Contestant, data: DataSet, server: Server, place: str, home: Path) -> Entry:
    copied: list[Task] = []

    def prepare(unused: Path) -> Turn:
        if not copied:
            own = home / f"again-{uuid.uuid4().hex}"
            own.mkdir(parents=True)
            copied.append(Task(data, server.endpoints[place], server.new_bucket(), own))
            measured(contestant.copy(copied[0]), own)
            server.counted(copied[0].bucket)
        return _turn(contestant.again(copied[0]), copied[0], server, keep=True)

    return Entry(contestant.name, prepare)


def _turn(command: Command, task: Task, server: Server, *, keep: bool = False) -> Turn:
    def judge() -> tuple[int | None, str]:
        counted = server.counted(task.bucket)
        if not keep:
            server.forget(task.bucket)
        missing = task.data.files - counted.objects
        return counted.requests, f"{missing} objects are not there" if missing else ""

    server.counted(task.bucket)
    return Turn(command, judge)
