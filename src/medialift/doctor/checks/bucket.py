"""Whether the bucket or folder is there."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.advice import of_service
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.errors import BucketNotFoundError

RULE = Rule(
    "medialift.E013",
    "The bucket or folder of STORAGES[{alias!r}] is not there: {store}.",
    "{how}",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    refusal = visit.first_refusal()
    if isinstance(refusal, BucketNotFoundError) and not visit.found_elsewhere():
        how = of_service(visit, refusal, "Check bucket, endpoint_url and the account, or create it.")
        yield RULE.found(store=visit.store.identity, alias=visit.alias, how=how)


CHECK = StoreCheck(RULE, "the bucket is there", look, gate=True, watched=True)
