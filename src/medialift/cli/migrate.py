"""``migrate``: the whole move in one go."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from medialift.cli import crew, plan
from medialift.cli.arguments import add_consent, add_pair, add_privacy, add_scope, add_speed
from medialift.cli.closing import closing_report, exit_of, settle
from medialift.cli.command_line import again, for_all_models
from medialift.cli.consent import surprises
from medialift.cli.interrupt import stops_cleanly
from medialift.cli.left_behind import leave_behind
from medialift.cli.moves import OpenMove, begin, whole
from medialift.cli.output import Output
from medialift.cli.rewriting import Pending, add_rewrite, change_rows
from medialift.cli.routing import Works, works_on
from medialift.cli.verb import Exit, Verb
from medialift.cli.work import Work
from medialift.move import listings
from medialift.move import run as engine
from medialift.move.journal import Journal, Tally
from medialift.move.memory_journal import MemoryJournal
from medialift.move.renaming import safely, unique
from medialift.move.results import References, references, together
from medialift.move.run import check_pair
from medialift.move.values import Job, MoveResult

TEACHES = """\
Plans, copies and verifies. Every file keeps its exact name; its digests are taken
from the bytes that are sent, and the target is listed again at the end to prove
that all of them are there. Stop it whenever you like: the same command goes on
where it stands. Run it once more right before the switch: only what changed since
is copied.

It never touches the source, never deletes, and never changes a row of your site,
unless --rewrite asks for new names: then the rows follow once every file is
proved, each change is in the ledger, and `back` undoes it. Files in conflict
(other bytes at the target) are listed and left alone. Where the target has
routes, each file goes to the store of its route; a private field that would land
in a public one stops the move.

examples:
  manage.py medialift migrate --to cloud --dry-run
  manage.py medialift migrate --from default --to cloud
  manage.py medialift migrate --to cloud --backup /mnt/spare --bandwidth 20MiB/s
  manage.py medialift migrate --from old-cloud --to cloud --on celery --workers 32
  manage.py medialift migrate --to cloud --rewrite strip:uploads/ --rewrite add:a/
"""
BESIDE_THE_SOURCE = ""

Checked = tuple[Path, Tally]
"""The folder of a backup that can be made, and how much there is to copy."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_pair(parser)
    add_scope(parser)
    add_privacy(parser)
    add_rewrite(parser)
    add_speed(parser)
    add_consent(parser)
    parser.add_argument("--dry-run", action="store_true", help="only show the plan, as `plan` does")
    parser.add_argument(
        "--backup",
        nargs="?",
        const=BESIDE_THE_SOURCE,
        metavar="DIR",
        help="first make a verified copy of what is moved, in DIR or beside the source's folder",
    )
    crew.add_arguments(parser)


@dataclass(frozen=True, slots=True)
class Done:
    """How a move ended; ``move`` is ``None`` if it was not begun."""

    exit: Exit
    move: OpenMove | None = None


def run(options: argparse.Namespace, out: Output) -> Exit:
    if options.dry_run:
        return plan.dry_run(options, out)
    works = works_on(options)
    backup = None if options.backup is None else str(backup_folder(options.backup, works.each[0]))
    commands = Commands(again("migrate", options), for_all_models("migrate", options))
    return move(works, backup, out, commands=commands, share=crew.shares(options)).exit


@dataclass(frozen=True, slots=True)
class Commands:
    """What to type next: ``repeat`` does what is left, ``whole`` is the same for all models."""

    repeat: str
    whole: str


def move(
    works: Works,
    backup: str | None,
    out: Output,
    *,
    commands: Commands,
    switch: str = "",
    share: crew.Shares = crew.here,
) -> Done:
    """Carry out *works*, after a backup into this folder if one is named.

    *switch* are the settings to paste, where the aliases do not tell them; *share* says who copies.
    """
    for work in works.each:
        check_pair(work.ends.source, work.ends.target)
    with stops_cleanly() as stop:
        refuse_findings(works, out, stop)
        checked = _checked_backup(works, backup, out, stop)
        if not _agreed(works, out, stop):
            return Done(Exit.INTERRUPTED if stop.is_set() else Exit.REFUSED)
        opened = begin(*works.pairs, rewrite=works.rules)
        result = together(list(_moved(works, opened, checked, out, stop, share)))
        rows = _rewritten(works, opened) if result.complete else None
        if result.complete:
            leave_behind(whole(opened), works.now)
    settle(opened, result)
    report = closing_report(
        "migrate", opened, works.each, result, repeat=commands.repeat, models=works.models, whole=commands.whole
    )
    out.conclude(replace(report, switch=switch) if report.switch and switch else report)
    if rows is not None:
        out.show(rows)
    return Done(exit_of(result), opened)


def refuse_findings(works: Works, out: Output, stop: threading.Event) -> None:
    """Raise ``RefusedError`` for what a plan would find; looks at the source only if anything could be found."""
    if not works.exposure.is_possible and works.rewriting is None:
        return
    for work in works.each:
        found = listings.candidates(work.job(MemoryJournal(), out, stop))
        names = (item.name for item in found if item.info is not None)
        if works.rewriting is None:
            for _ in names:
                pass
            break  # one look at the source sees every file
        for new, clashing in unique(names, works.rewriting.rules):
            works.rewriting.clash(new, clashing)
        works.rewriting.refuse()
    works.exposure.refuse()


def _rewritten(works: Works, move: OpenMove) -> References | None:
    """The rows that hold new names, once every file is proved under its own; ``None`` without ``--rewrite``."""
    rewriting, journals = works.rewriting, [pair.journal for pair in move.pairs]
    if rewriting is None:
        return None
    pending = [
        Pending(rewriting.rules, pair.journal, work.ends.target, work.takes, works.stays)
        for work, pair in zip(works.each, move.pairs, strict=True)
    ]
    main = works.each[0].scan
    changed, overtaken = change_rows(move, pending, main.as_they_are, main.columns.columns)
    return replace(references(journals, safely(rewriting.rules)), changed=changed, overtaken=overtaken)


def _moved(
    works: Works, move: OpenMove, backup: Checked | None, out: Output, stop: threading.Event, share: crew.Shares
) -> Iterator[MoveResult]:
    """The result of each pair; once it is stopped, none for the rest."""
    for work, pair in zip(works.each, move.pairs, strict=True):
        job = work.probed(out, stop).job(pair.journal, out, stop)
        if backup is not None and work is works.each[0]:
            out.conclude(engine.backup(_backup_job(work, pair.journal, out, stop), *backup))
        result = engine.migrate(job, copying=share(move, pair, out))
        yield result
        if result.stopped:
            return


def _checked_backup(works: Works, folder: str | None, out: Output, stop: threading.Event) -> Checked | None:
    """The backup in *folder*, if one is wanted. Raises ``RefusedError`` if it cannot be made."""
    if folder is None:
        return None
    return Path(folder), engine.check_backup(_backup_job(works.each[0], MemoryJournal(), out, stop), Path(folder))


def _backup_job(work: Work, journal: Journal, out: Output, stop: threading.Event) -> Job:
    """About the whole source: each pair has its part of it."""
    return replace(work.job(journal, out, stop), takes=None)


def _agreed(works: Works, out: Output, stop: threading.Event) -> bool:
    """Ask on a terminal, if the plan holds something that was not asked for; otherwise there is no question."""
    if not out.can_ask:
        return True
    reports = plan.show_plans(works, out, stop, then="")
    unasked = [line for report in reports for line in surprises(report.summary)]
    return not stop.is_set() and out.confirm(unasked, "Go on?")


def backup_folder(wanted: str, work: Work) -> Path:
    """Where the backup goes: *wanted*, or a folder beside the source."""
    source = Path(work.ends.source.identity.container)
    return Path(wanted).absolute() if wanted else source.with_name(f"{source.name}-backup")


VERB = Verb("migrate", "Plan, copy and verify in one go; run again, it does what is left", TEACHES, add_arguments, run)
