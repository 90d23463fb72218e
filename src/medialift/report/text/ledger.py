"""What the ledger holds, as a person reads it: moves, certificates, backups, listings."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.move.certificate import SUMS, Certificate
from medialift.move.values import BackupResult
from medialift.report import units
from medialift.report.table import printable
from medialift.report.text.moved import standing
from medialift.report.text.parts import ends, facts, moment, tally, wrap
from medialift.report.values import CertificateReport, Listing, ListingEnd, MoveStatus, Problem, Switched, WorkerStatus
from medialift.types import ObjectInfo, OutOfReach, Reference


def status(report: MoveStatus, width: int) -> list[str]:
    times = f"started {moment(report.started)}"
    if report.last_run:
        times += f", last run {moment(report.last_run)}"
    lines = [*wrap(f"Move {report.move}: {times}", width), *ends(report.pairs, width)]
    since = list(_since(report.switched)) if report.switched else []
    held = [("Paused", "nothing new is sent, by nobody")] if report.paused else []
    crew = [("At work", _at_work(worker)) for worker in report.workers]
    lines += facts([*standing(report.states), *held, *crew, *since], width) or ["Nothing is recorded yet."]
    return [*lines, f"Next:  {report.next}", ""] if report.next else [*lines, ""]


def _at_work(worker: WorkerStatus) -> str:
    done = f"{units.count(worker.files_done)} of {units.plural(worker.files, 'file')}"
    return f"{worker.worker}: {done} of its part"


def _since(switch: Switched) -> Iterator[tuple[str, str]]:
    """What has happened since the switch; of deleting the originals nothing is said, early or late."""
    checks = f"{units.plural(switch.passed, 'check')} passed since"
    if switch.failed:
        checks += f", {switch.failed} not"
    last = f", the last on {moment(switch.checked)}" if switch.checked else ""
    yield "Switched", f"{moment(switch.at)}, {units.plural(switch.days, 'day')} ago: {checks}{last}"
    kept = f"keep them until {moment(switch.keep_until)} at least ({units.plural(switch.keep_days, 'day')})"
    over = f"the {units.plural(switch.keep_days, 'day')} are over; what becomes of them is up to you"
    yield "Originals", f"{kept if switch.now < switch.keep_until else over}; nothing here deletes them"


def certificate(report: CertificateReport, width: int) -> list[str]:
    made = report.certificate
    rows = [("Files", tally(made.files)), ("Root", made.root)]
    rows += [("Not proved", reason) for reason in made.reasons]
    head = "Complete: every file of the move is proved." if made.complete else "Not complete: see the reasons."
    where = wrap(f"Certificate of move {report.move} in {made.folder}", width)
    return [*where, head, *facts(rows, width), "", *_checks(made)]


def _checks(made: Certificate) -> list[str]:
    """How to check each download; the commands are never wrapped."""
    if not made.parts:
        return [f"Check a download without medialift:  cd YOUR-DOWNLOAD && sha256sum -c {made.folder}/{SUMS}"]
    lines = ["Check the downloads without medialift:"]
    for part in made.parts:
        lines += [f"  of {part.target}:", f"    cd YOUR-DOWNLOAD && sha256sum -c {part.certificate.folder}/{SUMS}"]
    return lines


def backup(result: BackupResult, width: int) -> list[str]:
    ways = ", ".join(f"{units.count(amount.files)} by {way}" for way, amount in result.files.items())
    return wrap(f"Backup: {tally(result.total)} in {result.folder} ({ways or 'nothing to keep'})", width)


def missing_row(reference: Reference) -> list[str]:
    return [f"{printable(reference.name)}\t{reference.field}\t{reference.pk}"]


def row_out_of_reach(found: OutOfReach) -> list[str]:
    return [f"{missing_row(found.row)[0]}\t{printable(found.reason)}"]


def orphan(info: ObjectInfo) -> list[str]:
    return [f"{printable(info.key)}\t{info.size}"]


def problem(found: Problem) -> list[str]:
    return [f"{printable(found.name)}\t{found.state.name.lower().replace('_', '-')}\t{printable(found.reason)}"]


def end_of(end: ListingEnd) -> list[str]:
    if end.listing is Listing.MISSING:
        return [f"{units.plural(end.count, 'row')} whose file is not there. Nothing has been changed."]
    if end.listing is Listing.OUT_OF_REACH:
        return [f"{units.plural(end.count, 'row')} whose file the site can read, and a move cannot take."]
    if end.listing is Listing.ORPHANS:
        files = units.plural(end.count, "file")
        return [f"{files} ({units.size(end.bytes)}) that no row names. Nothing has been changed."]
    if end.listing is Listing.ABANDONED:
        uploads = units.plural(end.count, "upload")
        return [f"{uploads} ({units.size(end.bytes)}) that nobody finished. Nothing has been changed."]
    if end.listing is Listing.DECISIONS:
        return [f"{units.plural(end.count, 'file')} decided. The same move, run again, does what is left."]
    if end.listing is Listing.SWEPT:
        return [f"{units.plural(end.count, 'upload')} ({units.size(end.bytes)}) that nobody finished: deleted."]
    if end.listing in (Listing.OUTDATED_IMAGES, Listing.SWEPT_IMAGES):
        done = "deleted." if end.listing is Listing.SWEPT_IMAGES else "Nothing has been changed."
        made = f"{units.plural(end.count, 'size')} ({units.size(end.bytes)}) of images that are gone or were replaced"
        return [f"{made}: {done}" if done == "deleted." else f"{made}. {done}"]
    return [f"{units.plural(end.count, 'file')} to look at."]
