"""Whether several instances of the site keep uploads on disks of their own: each serves only what it got."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import SiteCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.hosts import Fate

RULE = Rule(
    "medialift.W044",
    "Several instances of the site run ({told}), and each keeps uploads on a disk of its own: {folder}.",
    "Move the uploads to where all instances find them: python manage.py medialift plan --to cloud.",
)


def look(facts: SiteFacts) -> Iterator[Finding]:
    if facts.disk is None:
        raise DoesNotApplyError("uploads go to no disk")
    if facts.disk.fate is Fate.LOST:
        raise DoesNotApplyError("the disk does not last, which is worse")
    if facts.instances and not facts.disk.shared:
        yield RULE.found(told=", ".join(facts.instances), folder=facts.disk.folder)


CHECK = SiteCheck(RULE, "all instances see the same uploads", look)
