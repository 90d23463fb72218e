"""Where a verb's results go: reports to standard output, progress and questions to standard error."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from medialift.move.values import Progress
from medialift.report import text
from medialift.report.progress import JsonProgress, PlainProgress, ProgressView, Stream, TerminalProgress

if TYPE_CHECKING:
    from medialift.report.reports import Report

WIDTHS = range(50, 101)
"""Columns of a report on a terminal: narrower ones wrap, wider lines are hard to read."""


class Output:
    """Shows values as text or, with *as_json*, as one JSON object per line.

    *terminal* says that standard error is one: only then is a line redrawn. Questions are asked of
    *answers* (a terminal's input; ``None`` where nobody is there to answer).
    """

    def __init__(
        self, stdout: Stream, stderr: Stream, *, as_json: bool, width: int, terminal: bool, answers: TextIO | None
    ) -> None:
        self.as_json = as_json
        self._stdout, self._stderr, self._width, self._answers = stdout, stderr, width, answers
        self._progress: ProgressView
        if as_json:
            self._progress = JsonProgress(stdout)
        else:
            self._progress = TerminalProgress(stderr) if terminal else PlainProgress(stderr)

    def show(self, report: Report) -> None:
        """Print one result."""
        self._progress.clear()
        for line in self._lines(report):
            self._stdout.write(line + "\n")
        self._stdout.flush()

    def _lines(self, report: Report) -> Iterable[str]:
        if not self.as_json:
            return text.lines(report, self._width)
        from medialift.report import json  # it knows every report there is, and few verbs are asked for it

        return json.lines(report)

    def conclude(self, report: Report) -> None:
        """Print the result of the whole verb: the stages are over, and this is the last word."""
        self.settle()
        self.show(report)

    def say(self, text: str) -> None:
        """Tell people something that is no result."""
        self._progress.clear()
        self._stderr.write(text + "\n")
        self._stderr.flush()

    def tell(self, progress: Progress) -> None:
        """Show how far a stage is; cheap enough to be called for every file."""
        self._progress.show(progress)

    def settle(self) -> None:
        """The stages are over: leave the last progress standing."""
        self._progress.finish()

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to answer a question."""
        return self._answers is not None

    def confirm(self, reasons: list[str], question: str) -> bool:
        """Whether to go on: yes without *reasons* to ask, or with nobody there to answer."""
        if not reasons or self._answers is None:
            return True
        self._stderr.write("".join(f"{reason}\n" for reason in ["", *reasons]) + f"{question} [y/N] ")
        self._stderr.flush()
        return self._answers.readline().strip().lower() in ("y", "yes")

    def ask(self, question: str, default: str) -> str:
        """What somebody answers; *default* if nobody is there, or for an empty line."""
        if self._answers is None:
            return default
        self._stderr.write(f"{question} [{default}] " if default else f"{question} ")
        self._stderr.flush()
        return self._answers.readline().strip() or default


def width_of(terminal: bool) -> int:
    """Columns for reports."""
    if not terminal:
        return text.WIDTH
    return min(max(shutil.get_terminal_size().columns, WIDTHS[0]), WIDTHS[-1])
