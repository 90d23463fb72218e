"""The sequence of a switch, for a person."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.report.site_values import SwitchGuide
from medialift.report.text.parts import wrap

INDENT = "    "


def guide(report: SwitchGuide, width: int) -> list[str]:
    """Numbered steps; what is to be typed or pasted is never wrapped."""
    return list(_lines(report, width))


def _lines(report: SwitchGuide, width: int) -> Iterator[str]:
    yield from wrap(f"The switch of move {report.move}, on {report.platform}", width)
    for note in report.notes:
        yield from (f"  {line}" for line in wrap(note, width - 2))
    for number, step in enumerate(report.steps, start=1):
        yield ""
        yield f"{number}. {step.title}"
        if step.why:
            yield from (f"   {line}" for line in wrap(step.why, width - 3))
        yield from (f"{INDENT}{line}" for line in step.lines)
        yield from (line for note in step.notes for line in _note(note, width))


def _note(text: str, width: int) -> Iterator[str]:
    first, *rest = wrap(text, width - 5)
    yield f"   - {first}"
    yield from (f"     {line}" for line in rest)
