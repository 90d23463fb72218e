"""Whether uploads lie among the code: a fresh checkout, or ``git clean``, is without them."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import SiteCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts

RULE = Rule(
    "medialift.W043",
    "STORAGES['default'] keeps uploads in {folder}, inside the git checkout {root}{ignored}.",
    "Set MEDIA_ROOT to a folder outside the checkout, or move the files: python manage.py medialift plan --to cloud.",
)


def look(facts: SiteFacts) -> Iterator[Finding]:
    if facts.debug:
        raise DoesNotApplyError("with DEBUG this is somebody's desk")
    if facts.tracked_media:
        raise DoesNotApplyError("the files are tracked, which is worse")
    if facts.checkout is None:
        return
    ignored = "" if facts.checkout.ignored else ", and git is not told to ignore them"
    yield RULE.found(folder=facts.checkout.folder, root=facts.checkout.root, ignored=ignored)


CHECK = SiteCheck(RULE, "uploads lie outside the checkout", look)
