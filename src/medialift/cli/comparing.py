"""``plan --compare``: what the site's files would cost at each provider."""

from __future__ import annotations

import threading

from medialift.cli.ends import open_alias
from medialift.cli.output import Output
from medialift.cli.prices import prices_of
from medialift.move.survey import survey
from medialift.providers import load_provider, provider_ids
from medialift.report.comparison import compared, places_of
from medialift.report.values import ComparisonReport, Place


def compare(alias: str, sent: int | None, out: Output, stop: threading.Event) -> ComparisonReport:
    """List one storage and hold it against every provider; *sent* in bytes a month, once everything if ``None``."""
    source = open_alias(alias)
    providers = [load_provider(id) for id in provider_ids()]
    found = survey(source, places_of(providers), stop=stop, tell=out.tell)
    egress = found.files.bytes if sent is None else sent
    costs = compared(found, providers, prices_of(source.identity), sent=egress)
    return ComparisonReport(Place(alias, source.identity), found.files, egress, costs, found.stopped)
