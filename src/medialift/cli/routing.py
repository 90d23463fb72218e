"""Where each file of a source goes: one target, or as many as the routes of the target's entry name."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from django.core.files.storage import Storage

from medialift.bridge import identity_of
from medialift.cli.ends import Ends, open_alias, open_ends, storage_of
from medialift.cli.exposure import Exposure, exposure_of
from medialift.cli.left_behind import Destinations, everything
from medialift.cli.rewriting import Rewriting, log_of, rewriting_of, rules_of
from medialift.cli.work import Work, work_on
from medialift.conf.routes import Routes
from medialift.doctor.finding import Finding
from medialift.move.renaming import Rename, safely
from medialift.references.fields import FileColumn
from medialift.references.rows import rows_choose_storage
from medialift.references.tallies import Tallies
from medialift.report.values import Pair, Place
from medialift.storage.routes import behind, routes_of
from medialift.types import Found


@dataclass(frozen=True, slots=True)
class Routing:
    """The alias that every file goes to: that of its field's route, of its name's, or ``rest``.

    ``stays`` are fields whose rows name the target already: they only tell where a file belongs.
    """

    routes: Routes
    rest: str
    stays: frozenset[str] = frozenset()
    rename: Rename = str

    def belongs(self, aliases: frozenset[str], found: Found) -> bool:
        """Whether a file with a body goes to one of *aliases*."""
        return self.taken_by(aliases, found) is not None

    def of_rows(self, found: Found) -> Mapping[str, str]:
        """The alias for each field that names the file."""
        name = self.rename(found.name)
        return {field: self.routes.of(field, name) or self.rest for field in found.rows}

    def of_file(self, found: Found) -> str:
        """The alias of a file that no row names."""
        return self.routes.of_name(self.rename(found.name)) or self.rest

    def taken_by(self, aliases: frozenset[str], found: Found) -> Found | None:
        """*found* with the rows for which it goes to one of *aliases*; ``None`` if it does not go there."""
        if not found.rows:
            return found if self.of_file(found) in aliases else None
        rows = {field: found.rows[field] for field, alias in self.of_rows(found).items() if alias in aliases}
        if found.info is None:
            rows = {field: count for field, count in rows.items() if field not in self.stays}
        return replace(found, rows=rows) if rows else None


@dataclass(frozen=True, slots=True)
class Works:
    """One work for each store that files go to, the target of ``--to`` first; and what is watched on the way.

    ``stays`` are the fields whose rows name a target already. ``models`` are those that were chosen, by their
    labels; without any it is about everything. ``now`` is where the source's files go by the routes of today.
    """

    each: tuple[Work, ...]
    exposure: Exposure
    now: Destinations
    rewriting: Rewriting | None = None
    stays: frozenset[str] = frozenset()
    models: tuple[str, ...] = ()

    @property
    def pairs(self) -> list[Pair]:
        return [work.ends.pair for work in self.each]

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules of ``--rewrite``, as they were written."""
        return self.rewriting.rules.texts if self.rewriting else ()

    def findings(self) -> tuple[Finding, ...]:
        """What has come by and stops the move."""
        return (*self.exposure.findings(), *(self.rewriting.findings() if self.rewriting else ()))


def works_on(options: argparse.Namespace) -> Works:
    """What the arguments ask for. Raises ``RefusedError`` and ``ConfigError``."""
    return works_between(open_ends(options.source, options.target), storage_of(options.target), options)


def routed_to(alias: str) -> Callable[[Found], Found | None] | None:
    """What of an alias's files its own routes leave with it; ``None`` where it has no routes."""
    storage = storage_of(alias)
    routes = routes_of(storage)
    if not routes:
        return None
    here = identity_of(storage).place
    aliases = frozenset(one for one in (alias, *routes.aliases) if identity_of(storage_of(one)).place == here)
    return partial(Routing(routes, alias).taken_by, aliases)


def works_between(ends: Ends, storage: Storage, options: argparse.Namespace) -> Works:
    """The same between open stores; *storage* is the one of the target."""
    main, rest, rules = work_on(ends, options), ends.pair.target.alias, rules_of(options)
    columns, routes = main.scan.columns.columns, routes_of(storage)
    models = tuple(sorted({column.model._meta.label for column in columns})) if options.models else ()
    rewriting = rewriting_of(rules, columns)
    stores = _stores(ends, routes)
    places = frozenset(target.target.identity for target in stores.values())
    is_plain = not routes and rewriting is None
    stays = frozenset() if is_plain else frozenset(_naming(columns, places))
    routing = Routing(routes, rest, stays, safely(rules))
    exposure = exposure_of(routing.of_rows, routing.of_file, stores, main, options)
    log = log_of([target.pair for target in stores.values()], rules)
    if is_plain:
        work = replace(main, takes=exposure.watching(None), scan=replace(main.scan, log=log))
        now = Destinations(ends.source.identity.place, {ends.target.identity.place: everything})
        return Works((work,), exposure, now, models=models)
    groups = list(_by_place(stores))
    here = ends.source.identity
    goes = {group.target.identity.place: partial(routing.belongs, aliases) for aliases, group in groups}
    works = []
    for aliases, group in groups:
        if group is not ends and group.target.identity.place == here.place:
            continue  # what is routed to where it is, stays
        takes = exposure.watching(partial(routing.taken_by, aliases))
        works.append(
            replace(
                main,
                ends=group,
                scan=replace(main.scan, also=places, log=log, tallies=Tallies()),
                takes=rewriting.watching(takes) if rewriting else takes,
                rename=rules if rewriting else None,
            )
        )
    return Works(tuple(works), exposure, Destinations(here.place, goes), rewriting, stays, models)


def _stores(ends: Ends, routes: Routes) -> dict[str, Ends]:
    """Every alias that files go to, as a target of the same source."""
    found = {ends.pair.target.alias: ends}
    for alias in routes.aliases:
        if alias not in found:
            target = open_alias(alias)
            found[alias] = Ends(ends.source, target, Pair(ends.pair.source, Place(alias, target.identity)))
    return found


def _by_place(stores: Mapping[str, Ends]) -> Iterator[tuple[frozenset[str], Ends]]:
    """The aliases of one place together: it is one pair of stores, whatever they are called."""
    groups: dict[object, list[str]] = {}
    for alias, ends in stores.items():
        groups.setdefault(ends.target.identity.place, []).append(alias)
    for aliases in groups.values():
        yield frozenset(aliases), stores[aliases[0]]


def _naming(columns: tuple[FileColumn, ...], places: frozenset[object]) -> Iterator[str]:
    """The fields whose storage is one of *places* already: the site was switched before."""
    for column in columns:
        if not rows_choose_storage(column.field) and identity_of(behind(column.field.storage, "-")) in places:
            yield column.label
