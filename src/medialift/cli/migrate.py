"""``migrate``: the whole move in one go."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path

from medialift.cli import plan
from medialift.cli.arguments import add_consent, add_pair, add_scope, add_speed
from medialift.cli.closing import closing_report, exit_of, settle
from medialift.cli.command_line import again
from medialift.cli.consent import surprises
from medialift.cli.ends import open_ends
from medialift.cli.interrupt import stops_cleanly
from medialift.cli.moves import begin
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.cli.work import Work, work_on
from medialift.move import run as engine
from medialift.move.run import check_pair

TEACHES = """\
Plans, copies and verifies. Every file keeps its exact name; its digests are taken
from the bytes that are sent, and the target is listed again at the end to prove
that all of them are there. Stop it whenever you like: the same command goes on
where it stands. Run it once more right before the switch: only what changed since
is copied.

It never touches the source, never deletes, and never changes a row of your site.
Files in conflict (other bytes at the target) are listed and left alone.

examples:
  manage.py medialift migrate --to cloud --dry-run
  manage.py medialift migrate --from default --to cloud
  manage.py medialift migrate --to cloud --backup /mnt/spare --bandwidth 20MiB/s
"""
BESIDE_THE_SOURCE = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_pair(parser)
    add_scope(parser)
    add_speed(parser)
    add_consent(parser)
    parser.add_argument("--dry-run", action="store_true", help="only show the plan, as `plan` does")
    parser.add_argument(
        "--backup",
        nargs="?",
        const=BESIDE_THE_SOURCE,
        metavar="DIR",
        help="first make a verified copy of the source's folder (in DIR, or beside it)",
    )


def run(options: argparse.Namespace, out: Output) -> Exit:
    if options.dry_run:
        return plan.run(options, out)
    work = work_on(open_ends(options.source, options.target), options)
    check_pair(work.ends.source, work.ends.target)
    with stops_cleanly() as stop:
        if not _agreed(work, out, stop):
            return Exit.INTERRUPTED if stop.is_set() else Exit.REFUSED
        move = begin(work.ends.pair)
        job = work.probed(out, stop).job(move.pairs[0].journal, out, stop)
        if options.backup is not None:
            out.conclude(engine.backup(job, backup_folder(options.backup, work)))
        result = engine.migrate(job)
    settle(move, result)
    out.conclude(closing_report("migrate", move, [work.ends.pair], result, repeat=again("migrate", options)))
    return exit_of(result)


def _agreed(work: Work, out: Output, stop: threading.Event) -> bool:
    """Ask on a terminal, if the plan holds something that was not asked for; otherwise there is no question."""
    if not out.can_ask:
        return True
    report = plan.make_plan(work, out, stop, then="")
    out.conclude(report)
    return not stop.is_set() and out.confirm(surprises(report.summary), "Go on?")


def backup_folder(wanted: str, work: Work) -> Path:
    """Where the backup goes: *wanted*, or a folder beside the source."""
    source = Path(work.ends.source.identity.container)
    return Path(wanted).absolute() if wanted else source.with_name(f"{source.name}-backup")


VERB = Verb("migrate", "Plan, copy and verify in one go; run again, it does what is left", TEACHES, add_arguments, run)
