"""Whether the bucket or folder is there."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from medialift.doctor.advice import of_service
from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.errors import BucketNotFoundError
from medialift.stores.base import ReadsPaths, capability

RULE = Rule(
    "medialift.E013",
    "The bucket or folder of STORAGES[{alias!r}] is not there: {store}.",
    "{how}",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    refusal = visit.first_refusal()
    if isinstance(refusal, BucketNotFoundError) and not visit.found_elsewhere():
        if facts.debug and capability(visit.store, ReadsPaths) is not None:
            raise DoesNotApplyError("with DEBUG this is somebody's desk, and the first upload makes the folder")
        yield RULE.found(store=visit.store.identity, alias=visit.alias, how=_how(visit, refusal))


def _how(visit: Visit, refusal: BucketNotFoundError) -> str:
    if capability(visit.store, ReadsPaths):
        return f"mkdir -p {shlex.quote(visit.store.identity.container)}  # or mount the volume that it belongs on"
    return of_service(visit, refusal, "Check bucket, endpoint_url and the account, or create it.")


CHECK = StoreCheck(RULE, "the bucket is there", look, gate=True, watched=True)
