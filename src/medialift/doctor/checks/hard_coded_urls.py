"""Whether templates write MEDIA_URL out, so that they point at this site after the files have moved."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import SiteCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts

RULE = Rule(
    "medialift.W032",
    "A template has the address of media written out, which will not follow the files: {line}.",
    "Use {{{{ object.field.url }}}}, or {{% get_media_prefix %}} for what is no field.",
)


def look(facts: SiteFacts) -> Iterator[Finding]:
    for line in facts.hard_coded_urls:
        yield RULE.found(line=line)


CHECK = SiteCheck(RULE, "no template has the address of media written out", look)
