"""What the source holds beside what the rows say: lists, for which nothing is written and no target is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from medialift.keys import is_name
from medialift.move import inventory
from medialift.move.planning import lookup_in, source_files
from medialift.move.values import Job
from medialift.types import Found, ObjectInfo, OutOfReach, Reference, Unlisted


def missing(job: Job) -> Iterator[Reference | OutOfReach]:
    """Every row whose file the source does not have, sorted by name; told apart what the site can read all the same."""
    return inventory.missing(source_files(job.source), job.references(), lookup=lookup_in(job.source))


def candidates(job: Job) -> Iterator[Found]:
    """What there is to move, before anybody looks at the target, sorted by name."""
    lookup = lookup_in(job.source)
    for item in inventory.inventory(source_files(job.source), job.references(), lookup=lookup):
        taken = item if job.takes is None else job.takes(item)
        if taken is not None and (taken.rows or job.unreferenced):
            yield taken


def orphans(job: Job) -> Iterator[ObjectInfo]:
    """Every file of the source that no row names there, sorted by name (``key`` is the name).

    Whatever the site's rows say, what the job would not take lies where no route leads. A row that writes a path
    names the file all the same: the site reads it.
    """
    references = map(_meant(lookup_in(job.source)), job.references())
    for found in inventory.inventory(source_files(job.source), references):
        is_here = job.takes is None or job.takes(found) is not None
        if found.info is not None and not (found.rows and is_here):
            yield replace(found.info, key=found.name)


def _meant(lookup: inventory.Look) -> Callable[[Reference], Reference]:
    """What a row names; where it writes a path, the name of the file that this leads to."""

    def meant(row: Reference) -> Reference:
        if is_name(row.name):
            return row
        found = lookup(row.name)
        return row._replace(name=found.name) if isinstance(found, Unlisted) and found.name else row

    return meant
