"""Whether the site's code asks for a path on the disk, which a file in a bucket does not have."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import SiteCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts

RULE = Rule(
    "medialift.W031",
    "Code takes the path of a file, which no file in a bucket has: {line}.",
    "Use .open() to read, .save() to write, .name or .url to name it.",
)


def look(facts: SiteFacts) -> Iterator[Finding]:
    for line in facts.path_calls:
        yield RULE.found(line=line)


CHECK = SiteCheck(RULE, "no code takes the path of a file", look)
