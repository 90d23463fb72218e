"""The names of one folder in order, in bounded memory however many they are."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from typing import IO

RUN = 50_000
"""Names that are sorted in memory at once: about 5 MB."""


def in_order(names: Iterable[bytes], run: int = RUN) -> Iterator[bytes]:
    """*names* sorted; more than *run* of them are sorted through temporary files. No name holds a NUL."""
    rest = iter(names)
    first = sorted(islice(rest, run))
    if len(first) < run:
        yield from first
        return
    with ExitStack() as files:
        runs = [_spill(first, files)]
        while following := sorted(islice(rest, run)):
            runs.append(_spill(following, files))
        yield from heapq.merge(*runs)


def _spill(names: Iterable[bytes], files: ExitStack) -> Iterator[bytes]:
    file = tempfile.TemporaryFile(prefix="medialift-names-")  # noqa: SIM115 - closed with the others
    files.enter_context(file)
    # A name may hold a newline and never a NUL; a file is read back quickest by lines.
    file.writelines(name.replace(b"\n", b"\0") + b"\n" for name in names)
    file.seek(0)
    return _read(file)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    for line in file:
        yield line[:-1].replace(b"\0", b"\n")
