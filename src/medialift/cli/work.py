"""What a verb works on: two stores, the rows that name files, and how much it may take."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

from medialift.bridge import aliases_by_place, identity_of
from medialift.cli.ends import Ends, open_alias, reach_ends
from medialift.cli.moves import OpenPair
from medialift.cli.output import Output
from medialift.cli.place_notes import place_notes
from medialift.cli.probing import probe_notes, with_probed_target
from medialift.ledger import ChangeLog
from medialift.move.journal import Journal
from medialift.move.memory_journal import MemoryJournal
from medialift.move.renaming import Rename
from medialift.move.values import Job, Limits
from medialift.references.fields import FoundColumns, find_columns
from medialift.references.renamed_rows import as_before
from medialift.references.rows import rows_choose_storage
from medialift.references.scan import scan
from medialift.references.tallies import Tallies
from medialift.report.values import Place, Rows
from medialift.stores.base import ObjectStore, ReadsPaths, TellsUnlisted, capability
from medialift.types import Found, Reference, StoreIdentity

SHOWN_UNLISTED = 10
"""How many things in the source that are no files are named in a plan."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Reads the rows that name files of ``source``, or ``also`` of these stores.

    Rows that the move of ``log`` has given new names are read under those that they had.

    ``is_whole`` says that no model was left out. ``tallies`` hold every row, as the last reading counted them.
    """

    columns: FoundColumns
    source: ObjectStore
    also: frozenset[StoreIdentity] = frozenset()
    log: ChangeLog | None = None
    is_whole: bool = True
    tallies: Tallies = field(default_factory=Tallies)

    def __call__(self) -> Iterator[Reference]:
        found = self.as_they_are()
        return found if self.log is None else as_before(found, self.log)

    def as_they_are(self) -> Iterator[Reference]:
        """The rows with the names that they hold now."""
        return scan(
            self.columns.columns,
            store_of=identity_of,
            source=self.source.identity,
            also=self.also,
            tallies=self.tallies,
        )

    def names_files_of(self, store: StoreIdentity) -> bool:
        """Whether the last reading met rows that name files of *store*, and passed over them."""
        return any(tally.elsewhere.get(store) for tally in self.tallies.fields.values())

    def names_files(self) -> bool:
        """Whether the last reading met rows that name files of the source."""
        source = self.source.identity
        return any(source in tally.by_store(source) for tally in self.tallies.fields.values())

    def rows(self, *, known: Collection[StoreIdentity] = ()) -> dict[str, Rows]:
        """The rows of every field; those that name files of the stores *known* do not count as elsewhere."""
        return {
            label: Rows(tally.rows, tally.empty, sum(n for at, n in tally.elsewhere.items() if at not in known))
            for label, tally in self.tallies.fields.items()
        }

    def chosen(self) -> dict[str, dict[StoreIdentity, int]]:
        """Where the files lie of the fields whose rows choose their storage: rows by store, by field."""
        counted = self.tallies.fields
        choosing = [column.label for column in self.columns.columns if rows_choose_storage(column.field)]
        return {label: counted[label].by_store(self.source.identity) for label in choosing if label in counted}


@dataclass(frozen=True, slots=True)
class Work:
    """Makes the engine's jobs between two stores."""

    ends: Ends
    scan: Scan
    unreferenced: bool
    limits: Limits
    takes: Callable[[Found], Found | None] | None = None
    rename: Rename | None = None

    def job(self, journal: Journal, out: Output, stop: threading.Event) -> Job:
        return Job(
            source=self.ends.source,
            target=self.ends.target,
            journal=journal,
            references=self.scan,
            rows_are_all=self._read_all_rows,
            unreferenced=self.unreferenced,
            takes=self.takes,
            rename=self.rename,
            limits=self.limits,
            stop=stop,
            tell=out.tell,
        )

    def _read_all_rows(self) -> bool:
        """Not if models were chosen, nor where rows name files of the target already."""
        return self.scan.is_whole and not self.scan.names_files_of(self.ends.target.identity)

    def notes(self) -> tuple[str, ...]:
        """What is peculiar about the models, what lies in the source without being a file, what the target does."""
        remarks = (f"{remark.model}: {remark.text}" for remark in self.scan.columns.remarks)
        pair, source, target = self.ends.pair, self.ends.source, self.ends.target
        places = place_notes(pair, source, target)
        return (*remarks, *_unlisted(source), *places, *probe_notes(pair.target, target))

    def chosen(self) -> dict[str, tuple[tuple[Place, int], ...]]:
        """What :meth:`Scan.chosen` has counted, with the stores called as people call them; most rows first."""
        counted = self.scan.chosen()
        if not counted:
            return {}  # as on most sites, where no alias has to be looked up
        pair = self.ends.pair
        aliases = aliases_by_place() | {end.identity.place: end.alias for end in (pair.target, pair.source)}
        return {
            label: tuple(
                (Place(aliases.get(store.place, ""), store), rows)
                for store, rows in sorted(stores.items(), key=lambda found: (-found[1], str(found[0])))
            )
            for label, stores in counted.items()
        }

    def left_out_on_disk(self) -> tuple[str, ...]:
        """What lies in the source's folder without being a file; not asked of a service, which would list all anew."""
        source = self.ends.source
        return () if capability(source, ReadsPaths) is None else tuple(_unlisted(source))

    def probed(self, out: Output, stop: threading.Event) -> Work:
        """The same work on a target of which is known what it does: it is tried, if nobody knows."""
        return replace(self, ends=with_probed_target(self.ends, out, stop))


def work_on(ends: Ends, options: argparse.Namespace) -> Work:
    """The work that the arguments ask for.

    Where models are chosen, files without a row are left out: that no row names them is not known.
    Raises ``RefusedError`` for a model that is not there.
    """
    found = find_columns(options.models)
    unreferenced = options.unreferenced and not options.models
    scan = Scan(found, ends.source, is_whole=not options.models)
    return Work(ends, scan, unreferenced, limits_of(options))


def work_back(ends: Ends, options: argparse.Namespace, log: ChangeLog | None) -> Work:
    """The work of bringing everything home; *log* tells of the rows that the move has given new names."""
    return Work(ends, Scan(find_columns(), ends.source, log=log), unreferenced=True, limits=limits_of(options))


def ledger_job(pair: OpenPair, out: Output, stop: threading.Event) -> Job:
    """A job on one pair of a move that reads the ledger and the target, and no rows; the source may be gone."""
    ends = reach_ends(pair.source, pair.target, both=False)
    return Job(ends.source, ends.target, pair.journal, references=tuple, stop=stop, tell=out.tell)


def lone_job(alias: str, models: list[str], out: Output) -> Job:
    """A job on one store and the rows that name its files: for the verbs that only list."""
    store = open_alias(alias)
    return Job(store, store, MemoryJournal(), Scan(find_columns(models), store), tell=out.tell)


def limits_of(options: argparse.Namespace) -> Limits:
    """How much of the machine and the line may be taken."""
    workers = options.workers or Limits().workers
    return Limits(workers=workers, bandwidth=options.bandwidth, pause_file=options.pause_file)


def _unlisted(store: ObjectStore) -> Iterator[str]:
    teller = capability(store, TellsUnlisted)
    if teller is None:
        return
    for count, unlisted in enumerate(teller.unlisted()):
        if count == SHOWN_UNLISTED:
            yield "and more of these"
            return
        yield f"{unlisted.place} is left out: {unlisted.reason}"
