"""Copies that lie where an earlier run put them, after a route has begun to lead their files elsewhere.

They are told and never removed: whoever may read that place goes on reading them. Once their files are proved in
their new places, the ledger no longer counts these copies to the move: nothing waits for them, and nothing comes
home from them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from medialift.cli.command_line import on
from medialift.cli.ends import place_of
from medialift.cli.moves import OpenMove, OpenPair
from medialift.move.entry import PROVED
from medialift.move.summary import Names
from medialift.report import units
from medialift.types import Found, Item, NotCopied, ObjectInfo, State

Belongs = Callable[[Found], bool]
"""Whether a file goes to a place, by the routes as they are now."""


def everything(found: Found) -> bool:
    """Of a place that all files go to: none of its copies has to be looked at."""
    return True


@dataclass(frozen=True, slots=True)
class Destinations:
    """Where the files of *source* go now: what belongs to each place, as :attr:`StoreIdentity.place` writes it."""

    source: str
    places: Mapping[str, Belongs]


REASON = "the copy stays where an earlier route led, and is no part of the move any more"
PAGE = 1000


def notes(move: OpenMove, now: Destinations) -> Iterator[str]:
    """What a plan says of each place that holds such copies; *now* is where files go."""
    for pair in move.pairs:
        found = Names()
        for item in _left(pair, now, (*PROVED, State.SKIPPED)):
            found.add(item.name)
        if found.count:
            where = place_of(pair.target)
            files = units.plural(found.count, "file")
            yield (
                f"{where.alias or where.identity} still holds {files} whose route leads elsewhere now, such as "
                f"{found.first[0]}: whoever may read that place can read them there. Nothing removes them; once the "
                f"move is done, {on('status', move.id, '--problems')} lists them all"
            )


def leave_behind(move: OpenMove, now: Destinations) -> None:
    """Count these copies no longer to *move*, whose files are all proved where they go now."""
    for pair in move.pairs:
        batch: list[NotCopied] = []
        for item in list(_left(pair, now, PROVED)):
            batch.append(NotCopied(item, State.SKIPPED, REASON))
            if len(batch) == PAGE:
                pair.journal.record(batch)
                batch = []
        pair.journal.record(batch)


def _left(pair: OpenPair, now: Destinations, states: Collection[State]) -> Iterator[Item]:
    belongs = now.places.get(pair.target.place)
    # What came from elsewhere is the business of another command: this one has not looked there.
    if pair.source.place != now.source or belongs is everything:
        return
    for recorded in pair.journal.recorded(states):
        item = recorded.item
        if belongs is None or not belongs(Found(item.name, ObjectInfo(item.key, item.size), item.rows)):
            yield item
