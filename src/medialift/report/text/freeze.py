"""Whether uploads are frozen, for a person."""

from __future__ import annotations

from medialift.report.site_values import FreezeReport
from medialift.report.text.parts import facts


def freeze(report: FreezeReport, width: int) -> list[str]:
    rows = [("Uploads", _uploads(report))]
    if report.obeying:
        rows.append(("Refuse", f"{_aliases(report.obeying)}: saving and deleting, in every process"))
    if report.deaf:
        rows.append(("Do not", f"{_aliases(report.deaf)}: background tasks and scripts can write there all the same"))
    told = "uploads get an answer of 503 that says when to try again"
    rows.append(("Users", told if report.middleware else "are not told: MIDDLEWARE lacks FreezeMiddleware"))
    return facts(rows, width)


def _uploads(report: FreezeReport) -> str:
    if report.since is None:
        return "not frozen"
    reason = f" ({report.reason})" if report.reason else ""
    return f"frozen since {report.since:%Y-%m-%d %H:%M:%S} UTC{reason}"


def _aliases(aliases: tuple[str, ...]) -> str:
    return ", ".join(aliases)
