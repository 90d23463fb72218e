"""``resolve``: what no further run ends by itself, decided by a person, file by file."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

from medialift.cli.arguments import add_move
from medialift.cli.command_line import on
from medialift.cli.ends import reach_ends
from medialift.cli.interrupt import stops_cleanly
from medialift.cli.moves import OpenMove, OpenPair, find_move, finish
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.errors import RefusedError
from medialift.move import decisions
from medialift.move.decisions import DECIDED, Sides
from medialift.move.journal import Recorded
from medialift.move.values import Job
from medialift.report.decisions import Decision, DecisionReport, side
from medialift.report.values import Listing, ListingEnd
from medialift.types import Copied, State, StoreIdentity

TEACHES = """\
Shows both sides of each file that a move could not bring over and that no further
run ends by itself: conflicts first of all, then what is out of reach, unreadable,
vanished, or has a name that the target cannot hold. Name files to see only these.

With --leave the named files stay as they are on both sides, and the move can be
complete without them; if either side changes, they are told anew. With --replace
the source's file takes the place of the target's, which is set aside first, below
.medialift-superseded/ at the target. --undo takes a --leave back.

It never deletes, and without one of these it only shows.

examples:
  manage.py medialift resolve k3v7tq
  manage.py medialift resolve k3v7tq photos/cat.jpg --leave
  manage.py medialift resolve k3v7tq photos/cat.jpg photos/dog.jpg --replace
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_move(parser)
    parser.add_argument("names", metavar="NAME", nargs="*", help="a file's name, as `status --problems` lists it")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--leave", action="store_true", help="leave these files as they are on both sides")
    how.add_argument("--replace", action="store_true", help="take the source's file; the target's is set aside")
    how.add_argument("--undo", action="store_true", help="take a --leave back")


def run(options: argparse.Namespace, out: Output) -> Exit:
    move = find_move(options.move)
    how = _how(options)
    if how is not Decision.NONE and not options.names:
        raise RefusedError("nothing is decided for files that are not named", hint=on("resolve", move.id))
    with stops_cleanly() as stop:
        shown = failed = 0
        for pair, found in _chosen(move, options.names, how):
            ends = reach_ends(pair.source, pair.target)
            job = Job(ends.source, ends.target, pair.journal, references=tuple, stop=stop)
            for recorded in found:
                if stop.is_set():
                    return Exit.INTERRUPTED
                report = _decided(job, recorded, how, move.id)
                out.show(report)
                shown, failed = shown + 1, failed + (report.decided is Decision.FAILED)
    if how is Decision.NONE:
        out.conclude(ListingEnd(Listing.PROBLEMS, shown, 0))
        return Exit.FINDINGS if shown else Exit.GOOD
    finish(find_move(move.id))
    out.conclude(ListingEnd(Listing.DECISIONS, shown - failed, 0))
    return Exit.FINDINGS if failed else Exit.GOOD


def _how(options: argparse.Namespace) -> Decision:
    chosen = {Decision.LEFT: options.leave, Decision.REPLACED: options.replace, Decision.UNDONE: options.undo}
    return next((decision for decision, is_chosen in chosen.items() if is_chosen), Decision.NONE)


def _chosen(move: OpenMove, names: Sequence[str], how: Decision) -> Iterator[tuple[OpenPair, list[Recorded]]]:
    """The files that are meant, by pair. Raises ``RefusedError`` for a name about which nothing is open."""
    states = (State.ACCEPTED,) if how is Decision.UNDONE else DECIDED
    found = [(pair, [each for each in pair.journal.recorded(states) if _is_meant(each, names)]) for pair in move.pairs]
    known = {recorded.item.name for _, records in found for recorded in records}
    for name in names:
        if name not in known:
            hint = on("resolve", move.id)
            raise RefusedError(f"move {move.id} has nothing to decide about {name!r}", hint=hint)
    return ((pair, records) for pair, records in found if records)


def _is_meant(recorded: Recorded, names: Sequence[str]) -> bool:
    return not names or recorded.item.name in names


def _decided(job: Job, recorded: Recorded, how: Decision, move_id: str) -> DecisionReport:
    """Carry out what was decided about one file, and tell it."""
    sides, done, reason = decisions.look(job, recorded.item), how, recorded.reason
    if how is Decision.LEFT:
        decisions.accept(job.journal, recorded, sides)
    elif how is Decision.UNDONE:
        decisions.take_back(job.journal, recorded)
    elif how is Decision.REPLACED:
        outcome = decisions.take_source(job, recorded, sides, move_id=move_id)
        if not isinstance(outcome, Copied):
            done, reason = Decision.FAILED, outcome.reason
    return _report(job, recorded, sides, done, reason)


def _report(job: Job, recorded: Recorded, sides: Sides, done: Decision, reason: str) -> DecisionReport:
    item = recorded.item
    here = side(_place(job.source.identity, item.name), sides.source)
    there = side(_place(job.target.identity, item.key), sides.target)
    return DecisionReport(item.name, recorded.state, reason, here, there, done)


def _place(store: StoreIdentity, key: str) -> str:
    return "/".join(part for part in (store.container, store.prefix, key) if part)


VERB = Verb("resolve", "Show both sides of what a move could not bring over, and decide", TEACHES, add_arguments, run)
