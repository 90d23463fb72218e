"""Whether a private bucket is protected against being made public by mistake."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.settings_answers import told
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit

RULE = Rule(
    "medialift.W022",
    "Nothing keeps the private bucket {bucket} from being made public by a policy or an ACL.",
    "aws s3api put-public-access-block --bucket {bucket} "
    "--public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,"
    "BlockPublicPolicy=true,RestrictPublicBuckets=true",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    if facts.access(visit.alias) != "private":
        raise DoesNotApplyError("the settings do not say that these files are private")
    block = told(visit.settings().public_access_block)
    if block is None or not block.complete:
        yield RULE.found(bucket=visit.store.identity.container)


CHECK = StoreCheck(RULE, "public access is blocked", look)
