"""Whether files that are to be private are: fetched by somebody without credentials."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import BODY, Visit

RULE = Rule(
    "medialift.E027",
    "Everybody can fetch the private files of STORAGES[{alias!r}]: {place} answers without a signature.",
    "Take the public grant out of the bucket's policy and ACL; or set access to public, if that is meant.",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    if facts.access(visit.alias) != "private":
        raise DoesNotApplyError("the settings do not say that these files are private")
    for url in visit.unsigned_urls():
        if visit.fetch(url).body == BODY:
            yield RULE.found(alias=visit.alias, place=urlsplit(url).netloc)
            return


CHECK = StoreCheck(RULE, "private files are private", look, watched=True)
