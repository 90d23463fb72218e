"""Cases of a running site: one call of MediaStorage beside the same of django-storages' S3Storage."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.contest import Case, Entry, Turn
from benchmarks.contestants.medialift import site_environment
from benchmarks.servers.sink import Sink
from benchmarks.values import Command, DataSet, Task

CALLS = {
    "save": ("save() of 20 KiB", 1000),
    "read": ("open() and 10 bytes of 256 MiB", 5),
    "url": ("url(), signed", 20_000),
    "start": ("the start of a process alone, to be subtracted from the others", 1),
}
ALIASES = {"MediaStorage": "cloud", "S3Storage": "storages"}
LARGE = 256 * 1024 * 1024


def storage_calls(sink: Sink, home: Path) -> Iterator[Case]:
    """One case per call."""
    nothing = DataSet("none", home, home, 0, 0)
    task = Task(nothing, sink.endpoints["near"], sink.new_bucket(), home)
    sink.pretend(task.bucket, "large.bin", LARGE)
    for call, (title, count) in CALLS.items():
        entries = [_entry(name, alias, call, count, task, sink) for name, alias in ALIASES.items()]
        yield Case(f"storage-{call}", title, count, 0, entries)


def _entry(name: str, alias: str, call: str, count: int, task: Task, sink: Sink) -> Entry:
    arguments = (sys.executable, "-m", "benchmarks.site.storage_calls", alias, call, str(count))

    def prepare(home: Path) -> Turn:
        bucket = sink.new_bucket() if call == "save" else task.bucket
        fresh = Task(task.data, task.endpoint, bucket, home)
        sink.counted("")
        return Turn(
            Command(arguments, site_environment(fresh, peer=alias == "storages")),
            lambda: (sink.counted("").requests, ""),
        )

    return Entry(name, prepare)
