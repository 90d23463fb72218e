"""Whether the bucket lies in another jurisdiction or region of the same account, which has an address of its own."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit

RULE = Rule(
    "medialift.E039",
    "The bucket of STORAGES[{alias!r}] is not at {store}, and is at {endpoint}.",
    "{how}",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    if not visit.has_other_endpoints:
        raise DoesNotApplyError("the service has one address for all of an account's buckets")
    if found := visit.found_elsewhere():
        yield RULE.found(alias=visit.alias, store=visit.store.identity, endpoint=found, how=_how(visit, found))


def _how(visit: Visit, found: str) -> str:
    if region := visit.region_at(found):
        return f"Set region of STORAGES[{visit.alias!r}] to {region}, and endpoint_url, if it is set, to {found}."
    return f"Set endpoint_url of STORAGES[{visit.alias!r}] to {found}."


CHECK = StoreCheck(RULE, "the endpoint is that of the jurisdiction or region", look, gate=True)
