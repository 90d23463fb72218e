"""What ``init`` proposes and does, for a person."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.report import units
from medialift.report.site_values import BucketMade, Detected, FileChange, FileState, SetupEnd
from medialift.report.text.parts import facts, wrap

_SAID = {"planned": "will be made", "made": "made", "found": "is there already, and is left as it is"}


def detected(report: Detected, width: int) -> list[str]:
    return [*facts(list(report.facts), width), ""]


def change(report: FileChange) -> list[str]:
    """The diff before it is agreed to, and one line after."""
    if report.state is FileState.PLANNED:
        return [*report.diff.splitlines(), ""]
    return [f"{report.path}: {report.state.value}"]


def bucket(report: BucketMade, width: int) -> list[str]:
    return wrap(f"{report.environment}: {report.store} {_SAID[report.state]}", width)


def end(report: SetupEnd, width: int) -> list[str]:
    return list(_end(report, width))


def _end(report: SetupEnd, width: int) -> Iterator[str]:
    for manual in report.manual:
        yield from wrap(f"{manual.what}: for you to do, because {manual.why}.", width)
        yield from (f"    {line}" for line in manual.text.splitlines())
        yield ""
    if report.written:
        yield f"{units.plural(report.written, 'file')} written."
    if report.left:
        yield f"{units.plural(report.left, 'file')} to write. Nothing else has been changed."
    if not report.written and not report.left:
        yield "Every file is as it should be."
    yield from (f"Next:  {command}" for command in report.next)
