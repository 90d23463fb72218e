"""Cases of a million: a plan beside the bare rows, a verification beside the bare listing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from benchmarks.contest import Case, Entry, Turn
from benchmarks.contestants.medialift import DATABASE, site_environment
from benchmarks.data import fill_site, has_site, needs_site
from benchmarks.measure import ROOT
from benchmarks.servers.sink import Sink
from benchmarks.site.names import synthetic_name
from benchmarks.values import Command, DataSet, Task

VERB = (sys.executable, "-m", "django", "medialift")


def planning(count: int, folder: Path, sink: Sink) -> Case:
    """The plan of *count* rows, each of which names an empty file of its own."""
    task = replace(_task("rows", count, folder, sink), bucket=sink.new_bucket())
    if needs_site(task.home):
        _make_files(count, task.data.folder)
        fill_site(task.home / DATABASE, task.data.folder, rows=count)
        has_site(task.home)
    environment = site_environment(task)
    plan = Command((*VERB, "plan", "--from", "default", "--to", "cloud"), environment)
    bare = Command((sys.executable, "-m", "benchmarks.site.bare_rows"), environment)
    title = f"plan of {count:,} rows, beside values_list().iterator() over them"
    entries = [Entry("medialift", lambda home: _turn(plan)), Entry("bare rows", lambda home: _turn(bare))]
    return Case("plan", title, count, 0, entries)


def verifying(count: int, folder: Path, sink: Sink) -> Case:
    """The verification of *count* copied files, beside the bare listing of the same (synthetic) bucket."""
    task = _task("copied", count, folder, sink)
    if needs_site(task.home, task.endpoint.url):  # the ledger names it
        fill_site(task.home / DATABASE, task.data.folder, rows=count)
        _fill_ledger(count, site_environment(task))
        has_site(task.home, task.endpoint.url)

    def verify(home: Path) -> Turn:
        # A copy: what is verified already would be less work the second time.
        shutil.copy(task.home / DATABASE, home / DATABASE)
        return _turn(Command((*VERB, "verify"), site_environment(replace(task, home=home))), sink)

    def listing(home: Path) -> Turn:
        return _turn(Command((sys.executable, "-m", "benchmarks.site.bare_listing"), site_environment(task)), sink)

    title = f"verification of {count:,} objects, beside obstore's bare listing of them"
    return Case("verify", title, count, 0, [Entry("medialift", verify), Entry("bare listing", listing)])


def _task(kind: str, count: int, folder: Path, sink: Sink) -> Task:
    """A site of *count* rows without files, and a bucket that lists as many objects."""
    home = folder / f"{kind}-{count}"
    (home / "media").mkdir(parents=True, exist_ok=True)
    data = DataSet(home.name, home / "media", home, count, 0)
    return Task(data, sink.endpoints["near"], f"synthetic-{count}", home)


def _make_files(count: int, media: Path) -> None:
    for name in map(synthetic_name, range(count)):
        if name.endswith("000.jpg"):
            (media / name).parent.mkdir(parents=True, exist_ok=True)
        (media / name).touch()


def _fill_ledger(count: int, environment: Mapping[str, str]) -> None:
    arguments = [sys.executable, "-m", "benchmarks.site.ledger", str(count)]
    subprocess.run(arguments, env={**os.environ, **environment}, cwd=ROOT, check=True)


def _turn(command: Command, sink: Sink | None = None) -> Turn:
    if sink is None:
        return Turn(command, lambda: (None, ""))
    sink.counted("")
    return Turn(command, lambda: (sink.counted("").requests, ""))
