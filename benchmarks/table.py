"""The results as one table per case, in Markdown, which is also plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.contest import Case, Row

MIB = 1024 * 1024
HEAD = ("contestant", "wall s", "CPU s", "CPU s / 1,000", "peak MiB", "requests / object", "wall ×", "CPU ×")


def as_table(case: Case, rows: Sequence[Row]) -> str:
    """*rows* under the title of *case*. The last two columns are the first contestant's figures over the row's."""
    lines = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    text = "\n".join(_lines(lines, widths))
    problems = "".join(f"\n{row.contestant}: {problem}\n" for row in rows for problem in row.problems)
    return f"### {case.name}: {case.title}\n\n{text}\n{problems}"


def _lines(lines: Sequence[tuple[str, ...]], widths: Sequence[int]) -> Iterator[str]:
    for number, line in enumerate(lines):
        first, *rest = (
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        yield f"| {' | '.join([first, *rest])} |"
        if number == 0:
            yield "|".join(["", "-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:]), ""])


def _cells(row: Row) -> tuple[str, ...]:
    name = f"{row.contestant} (scaled)" if row.scaled else row.contestant
    if not row.runs:
        return (name, "failed", *[""] * (len(HEAD) - 2))
    return (
        name,
        f"{row.wall:.2f}",
        f"{row.cpu:.2f}",
        f"{row.cpu_per_1000:.3f}",
        f"{row.memory / MIB:.0f}",
        "" if row.requests_per_object is None else f"{row.requests_per_object:.3f}",
        _ratio(row.wall_ratio),
        _ratio(row.cpu_ratio),
    )


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"
