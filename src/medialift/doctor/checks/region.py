"""Whether the region that is set is the bucket's own."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.errors import WrongRegionError

RULE = Rule(
    "medialift.E011",
    "The bucket of STORAGES[{alias!r}] lies in {region}.",
    "Set region (region_name) of STORAGES[{alias!r}] to the bucket's region.",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    refusal = visit.first_refusal()
    if isinstance(refusal, WrongRegionError):
        yield RULE.found(alias=visit.alias, region=refusal.region or "another region")


CHECK = StoreCheck(RULE, "the region is the bucket's", look, gate=True, watched=True)
