"""What the doctor found, as a person reads it: findings with their fix, then what nobody could tell."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from medialift.doctor.check import Outcome, State
from medialift.doctor.finding import Finding
from medialift.report.table import printable
from medialift.report.text.parts import wrap
from medialift.report.units import plural
from medialift.report.values import Diagnosis, Examination

INDENT = "    "
NAMED = 3
"""Of more checks than this that one finding keeps from being made, the number is said."""


def examination(report: Examination, width: int) -> list[str]:
    head = f"{report.alias}: {report.store}".removesuffix(": ") if report.alias else "The site"
    return [*wrap(printable(head), width), *_findings(report, width), *_unknown(report, width), _rest(report), ""]


def diagnosis(report: Diagnosis, width: int) -> list[str]:
    found = report.count(State.FINDING)
    if not found:
        return ["Nothing is wrong."]
    return wrap(f"{plural(found, 'finding')}. Every id is explained on the page of findings.", width)


def _findings(report: Examination, width: int) -> Iterator[str]:
    for outcome in report.outcomes:
        for finding in outcome.findings:
            yield from _finding(finding, width)


def _finding(finding: Finding, width: int) -> Iterator[str]:
    yield from _indented(f"{finding.id}  {printable(finding.message)}", width, "  ", INDENT)
    is_command = finding.hint[:1].islower()
    yield from [f"{INDENT}{finding.hint}"] if is_command else _indented(finding.hint, width, INDENT, INDENT)


def _unknown(report: Examination, width: int) -> Iterator[str]:
    """One entry for each reason; where an earlier finding is the reason for many, they are counted."""
    unknown: dict[str, list[Outcome]] = {}
    for outcome in report.outcomes:
        if outcome.state is State.UNKNOWN:
            unknown.setdefault(outcome.reason, []).append(outcome)
    for reason, outcomes in unknown.items():
        of_finding = reason.startswith("see ") and len(outcomes) > NAMED
        told = plural(len(outcomes), "check") if of_finding else _about(outcomes)
        yield from _indented(f"unknown: {told} ({printable(reason)})", width, "  ", INDENT)


def _about(outcomes: list[Outcome]) -> str:
    return ", ".join(f"whether {outcome.about}" for outcome in outcomes)


def _rest(report: Examination) -> str:
    good = sum(outcome.state is State.OK for outcome in report.outcomes)
    idle = sum(outcome.state is State.NOT_APPLICABLE for outcome in report.outcomes)
    return f"  {plural(good, 'check')} good" + (f", {idle} not applicable" if idle else "")


def _indented(text: str, width: int, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
