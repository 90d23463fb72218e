"""Whether a settings module holds a storage's secret: whoever reads the code has the bucket."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import SiteCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts

RULE = Rule(
    "medialift.W045",
    "A settings module has a secret of the storage written out: {line}.",
    "Read it from the environment, os.environ['AWS_SECRET_ACCESS_KEY'], and make a new key: the old one is known.",
)


def look(facts: SiteFacts) -> Iterator[Finding]:
    for line in facts.written_secrets:
        yield RULE.found(line=line)


CHECK = SiteCheck(RULE, "no settings module holds a secret", look)
