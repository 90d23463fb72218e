"""Whether several environments keep their files in one place: a test deletes what visitors uploaded."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import SiteCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts

RULE = Rule(
    "medialift.W042",
    "Several environments share {place}: {told}.",
    "Give each environment a bucket of its own, such as myapp-prod-media and myapp-staging-media, and keys of its own.",
)


def look(facts: SiteFacts) -> Iterator[Finding]:
    for sharing in facts.sharing:
        yield RULE.found(place=sharing.place, told=" and ".join(sharing.told_by))


CHECK = SiteCheck(RULE, "each environment has a bucket of its own", look)
