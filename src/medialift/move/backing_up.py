"""The backup before a move: of what the move takes, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from medialift.move import backup as stage
from medialift.move import listings
from medialift.move.journal import Tally
from medialift.move.ordered import Listed
from medialift.move.planning import source_files
from medialift.move.record import Meter
from medialift.move.values import BackupResult, Job, Stage


def check_backup(job: Job, folder: Path) -> Tally:
    """How much a backup of what *job* takes will copy; sends nothing.

    Raises ``RefusedError`` if the source has no paths, the folder lies inside it, or the disk has no room.
    """
    paths = stage.paths_of(job.source)
    stage.check_folder(folder, Path(job.source.identity.container))
    total, sample = Tally(), None
    for _, info in _to_back_up(job):
        total, sample = total + Tally(1, info.size), sample or (Path(paths.path_of(info.key)) if info.size else None)
    stage.check_room(folder, total.bytes, sample)
    return total


def backup(job: Job, folder: Path, total: Tally | None = None) -> BackupResult:
    """A verified local copy of what *job* takes of a source that lies on this machine's disk.

    *total* is the answer of :func:`check_backup`, where it was asked before. Raises what that
    raises, ``DigestMismatchError``, ``NoSpaceError``, and ``SourceChangedError`` for a file that never rests.
    """
    total = check_backup(job, folder) if total is None else total
    meter, files = Meter(Stage.BACKUP, job.tell, total), dict[str, Tally]()
    for done in stage.backup(_to_back_up(job), job.source, folder, stop=job.stop):
        files[done.way] = files.get(done.way, Tally()) + Tally(1, done.size)
        meter.count(done.size)
    meter.now()
    return BackupResult(str(folder), files, stopped=job.stop.is_set())


def _to_back_up(job: Job) -> Iterable[Listed]:
    """What the move takes; of a whole source no row has to be read to know."""
    if job.unreferenced and job.takes is None:
        return source_files(job.source)
    return ((item.name, item.info) for item in listings.candidates(job) if item.info is not None)
