"""Whether git tracks a file that holds a storage's secret: it stays in the history for ever."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import SiteCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts

RULE = Rule(
    "medialift.W046",
    "Git tracks a file with a secret of the storage: {line}.",
    "Make a new key and delete the old one, which stays in the history; then git rm --cached {file}, and ignore it.",
)


def look(facts: SiteFacts) -> Iterator[Finding]:
    for line in facts.committed_secrets:
        yield RULE.found(line=line, file=line.file)


CHECK = SiteCheck(RULE, "no secret is in the repository", look)
