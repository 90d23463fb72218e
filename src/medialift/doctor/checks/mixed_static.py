"""Whether static files and uploads lie in one place: an upload could replace a script, and collectstatic an upload."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import SiteCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts

RULE = Rule(
    "medialift.W034",
    "STORAGES['staticfiles'] and STORAGES[{alias!r}] share one place, {place}: each can replace files of the other.",
    "Give each a prefix (location) of its own that is not inside the other's, such as static and media.",
)


def look(facts: SiteFacts) -> Iterator[Finding]:
    static = facts.static
    for storage in facts.storages.values() if static else ():
        media = storage.identity
        if media and static and (media.contains(static) or static.contains(media)):
            yield RULE.found(alias=storage.alias, place=media)


CHECK = SiteCheck(RULE, "static files and uploads are kept apart", look)
