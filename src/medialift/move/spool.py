"""Sorting of any number of records in bounded memory: sorted runs on disk, then one merge.

Records are tuples of plain values (``str``, ``bytes``, ``int``, ``float``, ``None``) whose first
value is a string. They come out in the order of that string's code points, which is the byte order
of its UTF-8 form and so the order of every store's listing. Records with the same first value keep
the order in which they came.
"""

from __future__ import annotations

import errno
import heapq
import marshal
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from operator import itemgetter
from typing import IO, Any

from medialift.errors import NoSpaceError

Record = tuple[Any, ...]

RUN_BYTES = 16 * 1024 * 1024
CHUNK_RECORDS = 256
FAN_IN = 48
"""Runs of one level that are merged into one of the next: bounds open files and chunks in memory."""

_FORMAT = 2
"""The last marshal format that does not look for repeated objects: half the time for short records."""
WEIGHED = 64
"""One record in so many is weighed, and stands for those that follow: weighing all would cost as much as the sort."""

_first = itemgetter(0)


def _weight(value: object) -> int:
    """Bytes that *value* takes in memory, with all that it holds."""
    inner = sum(map(_weight, value)) if isinstance(value, tuple) else 0
    return sys.getsizeof(value) + inner


def spooled(records: Iterable[Record], *, run_bytes: int = RUN_BYTES) -> Iterator[Record]:
    """*records* sorted by their first value; at most about *run_bytes* of them are in memory."""
    spool = Spool(run_bytes=run_bytes)
    for record in records:
        spool.add(record)
    return spool.drain()


@dataclass(frozen=True, slots=True)
class _Run:
    """Sorted records, on disk or the last ones in memory, and the ends of what they are sorted by."""

    records: Iterable[Record]
    first: str
    last: str


class Spool:
    """Takes records one by one, gives them back sorted."""

    def __init__(self, *, run_bytes: int = RUN_BYTES) -> None:
        self._run_bytes = run_bytes
        self._records: list[Record] = []
        self._bytes = 0
        self._weight = 0
        self._levels: list[list[_Run]] = []

    def __bool__(self) -> bool:
        return bool(self._records or self._levels)

    def extend(self, records: Sequence[Record]) -> None:
        """Add some records, few enough to be held in memory beside those that are."""
        if records:
            self._records += records
            self._bytes += _weight(records[0]) * len(records)
            if self._bytes >= self._run_bytes:
                self._flush()

    def add(self, record: Record) -> None:
        if not len(self._records) % WEIGHED:
            self._weight = _weight(record)
        self._records.append(record)
        self._bytes += self._weight
        if self._bytes >= self._run_bytes:
            self._flush()

    def drain(self) -> Iterator[Record]:
        """Every record, sorted. The spool is empty from now on."""
        self._records.sort(key=_first)
        # Higher levels hold earlier records: with them first, the merge keeps the order of equals.
        runs = [run for level in reversed(self._levels) for run in level]
        if self._records:
            runs.append(_Run(self._records, self._records[0][0], self._records[-1][0]))
        self._records, self._bytes, self._levels = [], 0, []
        return _merged(runs)

    def _flush(self) -> None:
        self._records.sort(key=_first)
        first, last = self._records[0][0], self._records[-1][0]
        self._keep(0, _Run(_read(_write(self._records)), first, last))
        self._records, self._bytes = [], 0

    def _keep(self, level: int, run: _Run) -> None:
        if level == len(self._levels):
            self._levels.append([])
        runs = self._levels[level]
        runs.append(run)
        if len(runs) >= FAN_IN:
            first, last = min(run.first for run in runs), max(run.last for run in runs)
            merged = _write(_merged(runs))
            self._levels[level] = []
            self._keep(level + 1, _Run(_read(merged), first, last))


def _merged(runs: Sequence[_Run]) -> Iterator[Record]:
    """All records in order; runs that follow each other, as what comes nearly sorted makes them, need no merge."""
    every = [run.records for run in runs]
    if all(one.last <= other.first for one, other in pairwise(runs)):
        return chain.from_iterable(every)
    return heapq.merge(*every, key=_first)


def _write(records: Iterable[Record]) -> IO[bytes]:
    file = tempfile.TemporaryFile(prefix="medialift-spool-")  # noqa: SIM115 - closed by _read at its end
    try:
        for chunk in _chunked(records):
            data = marshal.dumps(chunk, _FORMAT)
            file.write(len(data).to_bytes(4, "big"))
            file.write(data)
        file.flush()
    except OSError as error:
        file.close()
        if error.errno == errno.ENOSPC:
            raise NoSpaceError(
                f"no space for sorting in {tempfile.gettempdir()}", hint="Set TMPDIR to a folder with more room."
            ) from error
        raise
    return file


def _read(file: IO[bytes]) -> Iterator[Record]:
    with file:
        file.seek(0)
        while head := file.read(4):
            # Only what this process wrote into a file without a name is ever loaded.
            yield from marshal.loads(file.read(int.from_bytes(head, "big")))  # noqa: S302


def _chunked(records: Iterable[Record]) -> Iterator[list[Record]]:
    records = iter(records)
    while chunk := list(islice(records, CHUNK_RECORDS)):
        yield chunk
