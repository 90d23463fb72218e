"""What a watch has to tell: a line for each change, and how it stands."""

from __future__ import annotations

from medialift.doctor.check import State
from medialift.doctor.watch import Alteration, Round
from medialift.report.table import printable
from medialift.report.text.parts import wrap
from medialift.report.units import plural

TIME = "%Y-%m-%d %H:%M:%S"


def alteration(report: Alteration, width: int) -> list[str]:
    outcome = report.outcome
    head = f"{report.at:{TIME}}  {outcome.alias}  {outcome.id}"
    if not report.began:
        return [f"{head} has ended"]
    lines = []
    for finding in outcome.findings:
        is_command = finding.hint[:1].islower()
        lines += [*wrap(f"{head}  {printable(finding.message)}", width)]
        lines += [f"    {finding.hint}"] if is_command else [f"    {line}" for line in wrap(finding.hint, width - 4)]
    return lines


def watch_round(report: Round) -> list[str]:
    stands = plural(report.count(State.FINDING), "finding") if report.count(State.FINDING) else "nothing is wrong"
    unknown = f", {report.count(State.UNKNOWN)} unknown" if report.count(State.UNKNOWN) else ""
    return [f"{report.ended:{TIME}}  {stands}{unknown}"]
