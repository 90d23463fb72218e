"""What the source holds beside what the rows say: lists, for which nothing is written and no target is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from medialift.move import inventory
from medialift.move.planning import lookup_in, source_files
from medialift.move.values import Job
from medialift.types import Found, ObjectInfo, Reference


def missing(job: Job) -> Iterator[Reference]:
    """Every row whose file the source does not have, sorted by name."""
    return inventory.missing(source_files(job.source), job.references(), lookup=lookup_in(job.source))


def candidates(job: Job) -> Iterator[Found]:
    """What there is to move, before anybody looks at the target, sorted by name."""
    lookup = lookup_in(job.source)
    for item in inventory.inventory(source_files(job.source), job.references(), lookup=lookup):
        taken = item if job.takes is None else job.takes(item)
        if taken is not None and (taken.rows or job.unreferenced):
            yield taken


def orphans(job: Job) -> Iterator[ObjectInfo]:
    """Every file of the source that no row names, sorted by name (``key`` is the name)."""
    for found in inventory.inventory(source_files(job.source), job.references()):
        if found.info is not None and not found.rows:
            yield replace(found.info, key=found.name)
