"""Contestants take turns at one case; what each took becomes medians and ratios."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import measured
from benchmarks.values import Command, Run, Usage


@dataclass(frozen=True, slots=True)
class Turn:
    """One prepared run: the command, and how to judge it. ``judge`` gives the requests it took and what went wrong."""

    command: Command
    judge: Callable[[], tuple[int | None, str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A contestant in one case. ``prepare`` is called before each turn, outside of the measurement, with a new folder.

    ``scale`` is what its figures are multiplied by, where it did only a part of the case.
    """

    name: str
    prepare: Callable[[Path], Turn]
    scale: float = 1.0
    rounds: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One contest: *objects* is what "per object" counts, the first entry is the one that all are compared with."""

    name: str
    title: str
    objects: int
    octets: int
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Row:
    """Medians of one contestant in one case. ``memory`` is the highest peak in bytes; ratios are ours over theirs."""

    contestant: str
    runs: int
    wall: float
    cpu: float
    cpu_per_1000: float
    memory: int
    requests_per_object: float | None
    wall_ratio: float | None
    cpu_ratio: float | None
    scaled: bool
    problems: tuple[str, ...]


def hold(case: Case, rounds: int, home: Path, tell: Callable[[str], None]) -> list[Row]:
    """Let every entry of *case* run *rounds* times, in alternating order; one that fails stays out of the medians."""
    runs: dict[str, list[Run]] = {entry.name: [] for entry in case.entries}
    for number in range(rounds):
        for entry in in_turn(case.entries, number):
            if entry.rounds is None or number < entry.rounds:
                run = _run(entry, home)
                runs[entry.name].append(run)
                tell(f"  {entry.name:14} {run.usage.wall:8.2f} s  cpu {run.usage.cpu:7.2f} s  {run.problem}")
    return rows(case, runs)


def in_turn(entries: Sequence[Entry], number: int) -> Iterator[Entry]:
    """There and back: whoever runs last in one round runs first in the next."""
    return iter(entries if number % 2 == 0 else tuple(reversed(entries)))


def rows(case: Case, runs: dict[str, list[Run]]) -> list[Row]:
    """One row per entry; ratios are of medians of this very contest."""
    scales = {entry.name: entry.scale for entry in case.entries}
    medians = {name: _median(case, name, found, scales[name]) for name, found in runs.items() if found}
    ours = medians.get(case.entries[0].name)
    return [_with_ratios(row, ours) for row in medians.values()]


def ratio(ours: float, theirs: float) -> float | None:
    """Ours over theirs, or ``None`` where there is nothing to compare with."""
    return ours / theirs if ours > 0 and theirs > 0 else None


@dataclass(frozen=True, slots=True)
class _Median:
    name: str
    usage: Usage
    runs: int
    requests: float | None
    objects: int
    scale: float
    problems: tuple[str, ...]


def _median(case: Case, name: str, found: Sequence[Run], scale: float) -> _Median:
    good = [run for run in found if not run.problem]
    wall, cpu = ([getattr(run.usage, what) * scale for run in good] or [0.0] for what in ("wall", "cpu"))
    memory = max((run.usage.memory for run in good), default=0)
    counted = [run.requests * scale / case.objects for run in good if run.requests is not None]
    return _Median(
        name,
        Usage(statistics.median(wall), statistics.median(cpu), memory, 0),
        len(good),
        statistics.median(counted) if counted else None,
        case.objects,
        scale,
        tuple(dict.fromkeys(run.problem for run in found if run.problem)),
    )


def _with_ratios(row: _Median, ours: _Median | None) -> Row:
    compare = ours is not None and ours is not row
    return Row(
        row.name,
        row.runs,
        row.usage.wall,
        row.usage.cpu,
        1000 * row.usage.cpu / row.objects,
        row.usage.memory,
        row.requests,
        ratio(ours.usage.wall, row.usage.wall) if compare and ours else None,
        ratio(ours.usage.cpu, row.usage.cpu) if compare and ours else None,
        row.scale != 1.0,
        row.problems,
    )


def _run(entry: Entry, home: Path) -> Run:
    folder = home / uuid.uuid4().hex
    folder.mkdir(parents=True)
    try:
        turn = entry.prepare(folder)
        usage = measured(turn.command, folder)
        requests, problem = turn.judge()
        if usage.code:
            problem = f"ended with {usage.code}: {_last_words(folder)}"
        return Run(entry.name, usage, requests, problem)
    except subprocess.TimeoutExpired:
        return Run(entry.name, Usage(0.0, 0.0, 0, -1), None, "did not end")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _last_words(folder: Path) -> str:
    lines = (folder / "output.txt").read_text(errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else "without a word"
