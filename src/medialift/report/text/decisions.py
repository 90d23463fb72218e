"""Decisions about single files, for a person."""

from __future__ import annotations

from medialift.report import units
from medialift.report.decisions import Decision, DecisionReport, Side
from medialift.report.table import printable
from medialift.report.text.parts import facts, moment, wrap

SAID = {
    Decision.LEFT: "left as it is on both sides",
    Decision.REPLACED: "the source's file is at the target now, and what was there is set aside",
    Decision.UNDONE: "no longer left; the next run looks again",
}


def decision(report: DecisionReport, width: int) -> list[str]:
    state = report.state.name.lower().replace("_", "-")
    said = SAID.get(report.decided) or f"{state}: {printable(report.reason)}"
    lines = wrap(f"{printable(report.name)}: {said}", width)
    sides = [("  source", _side(report.source)), ("  target", _side(report.target))]
    return [*lines, *facts(sides, width)] if report.decided is Decision.NONE else lines


def _side(found: Side | None) -> str:
    if found is None:
        return "nothing that can be looked at"
    when = f", {moment(found.modified)}" if found.modified else ""
    return f"{units.size(found.size)}{when}, {printable(found.place)}"
