"""Versions of files, for a person."""

from __future__ import annotations

from medialift.report import units
from medialift.report.site_values import RestorationReport, RestoreEnd, VersionReport
from medialift.report.table import printable
from medialift.report.text.parts import moment
from medialift.stores.versions import Version


def version(report: VersionReport) -> list[str]:
    """One line with tabs between: when, what, bytes, the version's id, the name."""
    found = report.version
    words = (moment(found.modified), state_of(found), str(found.size), found.id, printable(report.name))
    return ["\t".join(words)]


def restoration(report: RestorationReport) -> list[str]:
    then, now = report.then, report.now
    was = f"{units.size(then.size)} of {moment(then.modified)}"
    instead = "deleted" if now.deleted else f"{units.size(now.size)} of {moment(now.modified)}"
    return [f"{printable(report.name)}: {was}, in the place of what is there now ({instead})"]


def restored(report: RestoreEnd) -> list[str]:
    if report.restored and report.left:
        return [f"{units.plural(report.restored, 'file')} brought back, {units.count(report.left)} left."]
    if report.restored:
        return [f"{units.plural(report.restored, 'file')} brought back. Every version is still there."]
    if report.left:
        return [f"{units.plural(report.left, 'file')} to bring back. Nothing has been changed."]
    return ["There is nothing to bring back."]


def state_of(found: Version) -> str:
    """``deleted``, ``current`` or ``earlier``."""
    return "deleted" if found.deleted else "current" if found.latest else "earlier"
