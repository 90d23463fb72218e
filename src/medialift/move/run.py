"""The move itself: the stages meet here, and only here is the ledger written.

Every function may be called again after it was stopped or killed: it does what is left. All of
them raise :class:`~medialift.errors.RefusedError` before anything is written if the pair of stores
makes no sense, and a :class:`~medialift.errors.StoreError` if a store cannot work at all (wrong
credentials, no bucket, no space); what was finished until then is in the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from medialift.move.certificate import Certificate
from medialift.move.journal import Journal
from medialift.move.summary import Summary
from medialift.move.values import BackupResult, CopyResult, Job, MoveResult, VerifyResult
from medialift.stores.base import ObjectStore
from medialift.types import ObjectInfo, Reference, Step


def check_pair(source: ObjectStore, target: ObjectStore) -> None:
    """Refuse a pair that makes no sense; reads at most one page of each store and writes nothing.

    Raises ``RefusedError`` (the same place twice, one inside the other) and every ``StoreError``
    that says that one of the stores is not usable.
    """


def plan(job: Job, *, each: Callable[[Step], None] | None = None) -> Summary:
    """The dry run: what a move would do, step by step to *each*. Nothing is written, not even to the ledger.

    Files of the same size on both sides are compared byte for byte, by digests where that is enough.
    """


def copy(job: Job) -> CopyResult:
    """Plan into the ledger and copy what is to be copied; referenced files first."""


def verify(job: Job, *, deep: bool = False, sample: int | None = None) -> VerifyResult:
    """Check everything in the ledger against a fresh listing of the target.

    *deep* fetches and hashes every object again, *sample* a random choice of that many.
    """


def migrate(job: Job, *, backup_to: Path | None = None) -> MoveResult:
    """Back up if asked to, plan, copy, verify: the whole move, or what is left of it."""


def back(job: Job, forward: Journal, *, move_id: str) -> MoveResult:
    """Bring back what the target of an earlier move has and its source lacks or has an older proven copy of.

    ``job.source`` is the place the files are at now, ``job.target`` the place they came from,
    ``job.journal`` this way's own ledger, and *forward* the ledger of the move that is undone.
    Nothing is deleted: a superseded file is kept below ``.medialift-superseded/<move_id>/``.
    """


def backup(job: Job, folder: Path) -> BackupResult:
    """A verified local copy of a source that lies on this machine's disk.

    Raises ``RefusedError`` if the source has no paths, the folder lies inside it, or the disk has no room.
    """


def certificate(job: Job, folder: Path, *, move_id: str) -> Certificate:
    """Write ``SHA256SUMS`` and ``certificate.json`` of what the ledger proves into *folder*."""


def missing(job: Job) -> Iterator[Reference]:
    """Every row whose file the source does not have, sorted by name."""


def orphans(job: Job) -> Iterator[ObjectInfo]:
    """Every file of the source that no row names, sorted by name (``key`` is the name)."""
