"""The plan as a person reads it: twenty lines for an ordinary site, and the next command at the end."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.move.journal import Tally
from medialift.move.summary import FieldCount, Summary
from medialift.report import units
from medialift.report.estimate import ASSUMED_RATE, Estimate
from medialift.report.table import printable, table
from medialift.report.text.parts import elsewhere, ends, facts, notes, tally, wrap
from medialift.report.values import Place, PlanReport, Rows
from medialift.types import Action, Step

HEADER = ("Field", "Rows", "Files", "Size", "Missing", "Shared", "Empty")
TO_REACH = "Copy them inside, or let the rows name what lies there; `missing` lists them"
NO_ROW = "(files that no row names)"
OTHERS = "(other files)"
SHOWN_STORES = 5
"""How many stores of one field are named: where each customer has a bucket, there may be thousands."""


def plan(report: PlanReport, width: int) -> list[str]:
    """The lines of a plan, each at most *width* columns."""
    summary = report.summary
    lines = [*_headline(report), "", *ends([report.pair], width), ""]
    lines += [*table(HEADER, list(_rows(report)), width=width), ""]
    lines += facts([*_work(report), *_findings(report), *_effort(summary, report.estimate)], width)
    lines += notes(report.notes, width)
    for finding in report.findings:
        lines += ["", *wrap(f"{finding.id}  {finding.message}", width), *wrap(f"→ {finding.hint}", width)]
    return [*lines, "", f"Next:  {report.next}"] if report.next else lines


def _headline(report: PlanReport) -> Iterator[str]:
    number, parts = report.part
    if number > 1:
        yield ""
        yield f"Part {number} of {parts}."
    else:
        yield f"Nothing has been changed: this is a plan{f' in {parts} parts' if parts > 1 else ''}."
    if report.summary.stopped:
        yield "It was stopped before its end: every count is too small."


def _rows(report: PlanReport) -> Iterator[tuple[str, ...]]:
    summary = report.summary
    for name, rows in sorted(report.rows.items()):
        yield _row(name, rows, summary.fields.get(name, FieldCount()))
    unnamed = summary.unreferenced + summary.left_out
    if unnamed.files:
        label = NO_ROW if report.is_whole else OTHERS
        yield (label, "-", units.count(unnamed.files), units.size(unnamed.bytes), "-", "-", "-")


def _row(name: str, rows: Rows, count: FieldCount) -> tuple[str, ...]:
    rest = (count.missing_files, count.shared, rows.empty)
    return (
        name,
        units.count(rows.total),
        units.count(count.files),
        units.size(count.bytes),
        *(units.count(number) if number else "-" for number in rest),
    )


def _work(report: PlanReport) -> Iterator[tuple[str, str]]:
    summary = report.summary
    yield "To copy", tally(summary.to_copy) if summary.to_copy.files else "nothing"
    replaced = summary.actions.get(Action.REPLACE, Tally())
    if replaced.files:
        yield "  of these", f"{tally(replaced)}: changed since copied, the older copy is replaced"
    if summary.there.files:
        yield "There", f"{tally(summary.there)}: equal at the target already, nothing is sent"
    if summary.left_out.files:
        row = "no row" if report.is_whole else "no row of these models"
        yield "Left out", f"{tally(summary.left_out)}: {row} names them"


def _findings(report: PlanReport) -> Iterator[tuple[str, str]]:
    summary = report.summary
    if summary.missing.count:
        yield "Missing", _some(summary.missing.count, "file", "named by rows, not in the source", summary.missing.first)
    if summary.vanished.count:
        what = "seen by an earlier run, gone since, and still named by rows"
        yield "Vanished", _some(summary.vanished.count, "file", what, summary.vanished.first)
    if summary.accepted.count:
        what = "left as they are on both sides, because somebody said so"
        yield "Accepted", _some(summary.accepted.count, "file", what, summary.accepted.first)
    if summary.deleted.count:
        what = "seen by an earlier run, gone since with their rows"
        yield "Deleted", _some(summary.deleted.count, "file", what, summary.deleted.first)
    if summary.out_of_reach.count:
        what = "that the site can read and a move cannot take"
        said = _some(summary.out_of_reach.count, "file", what, summary.out_of_reach.first)
        yield "Out of reach", f"{said} ({printable(summary.out_of_reach.first[0].reason)}). {TO_REACH}"
    if summary.conflicts.count:
        what = "with other bytes at the target, left alone"
        yield "Conflicts", _some(summary.conflicts.count, "file", what, summary.conflicts.first)
    if summary.invalid.count:
        what = "for which the target has no key"
        yield "Invalid", _some(summary.invalid.count, "name", what, summary.invalid.first)
    for reason, names in summary.refused.items():
        yield "Refused", f"{units.plural(names.count, 'file')}: {reason}: {printable(names.first[0])}"
    for reason, names in summary.doubted.items():
        yield "Unsure", f"{units.plural(names.count, 'file')} may be refused: {reason}: {printable(names.first[0])}"
    if summary.escaped.count:
        what = "kept under an escaped key"
        yield "Escaped", _some(summary.escaped.count, "name", what, summary.escaped.first)
    if summary.renamed.count:
        yield "Rewrite", f"{units.plural(summary.renamed.count, 'file')} get a new name: {_renaming(summary)}"
    if summary.clashes.count:
        files = units.plural(summary.clashes.count, "file")
        yield "Clashes", f"{files} would get a name that another one gets too: {printable(summary.clashes.first[0])}"
    if summary.collisions.count:
        groups = units.plural(summary.collisions.count, "group")
        pair = " and ".join(_spelled(name) for name in summary.collisions.first[0][:2])
        yield "Look-alikes", f"{groups} equal but for case or Unicode form: {pair}"
    if summary.foreign.count:
        objects = units.plural(summary.foreign.count, "object")
        yield "Foreign", f"{objects} under keys that no name makes, left alone: {printable(summary.foreign.first[0])}"
    yield from elsewhere(report.rows, "plan")
    for name, stores in sorted(report.chosen.items()):
        yield "By row", printable(f"{name}: each row chooses its storage: {_stores(stores)}")


def _stores(stores: tuple[tuple[Place, int], ...]) -> str:
    """``30 rows in default, 11 rows in archive``."""
    if not stores:
        return "no row names a file"
    shown = [f"{units.plural(rows, 'row')} in {place.alias or place.identity}" for place, rows in stores[:SHOWN_STORES]]
    if rest := stores[SHOWN_STORES:]:
        rows = units.plural(sum(rows for _, rows in rest), "row")
        shown.append(f"{rows} in {units.plural(len(rest), 'more store')}")
    return ", ".join(shown)


def _renaming(summary: Summary) -> str:
    name = summary.renamed.first[0].item.name
    return printable(f"{name} → {summary.rename(name) if summary.rename else name}")


def _spelled(name: str) -> str:
    """*name* in ASCII, because names that differ only in Unicode form look the same."""
    return name.encode("ascii", "backslashreplace").decode("ascii")


def _some(count: int, one: str, what: str, first: list[Step]) -> str:
    shown = f": {printable(first[0].item.name)}" if first else ""
    return f"{units.plural(count, one)} {what}{shown}"


def _effort(summary: Summary, estimate: Estimate) -> Iterator[tuple[str, str]]:
    at = "100 Mbit/s" if estimate.rate == ASSUMED_RATE else units.rate(estimate.rate)
    yield "Effort", f"about {units.plural(estimate.requests, 'request')}, {units.duration(estimate.seconds)} at {at}"
    yield "Cost", _cost(estimate)
    if summary.way_back.is_open:
        yield "Way back", "open: every file can return under its own name"
    for reason, name in summary.way_back.reasons.items():
        yield "Way back", f"closed: {reason}: {printable(name)}"


def _cost(estimate: Estimate) -> str:
    if estimate.once is None or estimate.monthly is None:
        return "unknown: there is no price list for this service"
    if not estimate.prices_as_of:
        return "none: both ends are disks"
    once, monthly = units.money(estimate.once), units.money(estimate.monthly)
    return f"{once} once, {monthly} a month (prices of {estimate.prices_as_of.isoformat()})"
