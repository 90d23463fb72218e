"""Whether the store may be listed: without that right, S3 answers 403 for a file that is not there.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
"""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.advice import to_allow
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.errors import AccessDeniedError, StoreError

RULE = Rule(
    "medialift.W017",
    "STORAGES[{alias!r}] may not be listed{effect}.",
    "{how}",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    refusal = visit.first_refusal()
    if isinstance(refusal, AccessDeniedError):
        identity = visit.store.identity
        prefix = f"{identity.prefix}/" if identity.prefix else ""
        bucket = f"arn:aws:s3:::{identity.container}, on the condition that s3:prefix is like {prefix}*"
        how = to_allow(visit, "s3:ListBucket", bucket, on_disk="read", refusal=refusal)
        yield RULE.found(alias=visit.alias, effect=_effect(visit), how=how)


def _effect(visit: Visit) -> str:
    try:
        visit.store.head(visit.new_key())
    except AccessDeniedError:
        return ": a file that is not there is answered with 403, as a forbidden one, and exists() cannot tell"
    except StoreError:
        pass
    return ""


CHECK = StoreCheck(RULE, "the store can be listed", look)
