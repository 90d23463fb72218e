"""Whether uploads outlive the next deploy."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.answers import CannotTellError, DoesNotApplyError
from medialift.doctor.check import SiteCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.hosts import Fate

RULE = Rule(
    "medialift.W007",
    "STORAGES['default'] keeps uploads in {folder}, which does not last: {reason}.",
    "Move them: python manage.py medialift plan --to cloud. If a volume is mounted there that stays, silence this.",
)


def look(facts: SiteFacts) -> Iterator[Finding]:
    if facts.disk is None:
        raise DoesNotApplyError("uploads go to no disk, or to one that nobody can tell about")
    if facts.disk.fate is Fate.UNCERTAIN:
        raise CannotTellError(facts.disk.reason)
    if facts.disk.fate is Fate.LOST:
        yield RULE.found(folder=facts.disk.folder, reason=facts.disk.reason)


CHECK = SiteCheck(RULE, "uploads lie on a disk that stays", look)
