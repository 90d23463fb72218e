"""Whether uploads that were never finished are thrown away: their parts are billed, and no listing shows them."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.settings_answers import told
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.providers import load_provider, provider_ids

RULE = Rule(
    "medialift.W024",
    "The bucket {bucket} keeps the parts of unfinished uploads for ever.",
    "{aws} s3api put-bucket-lifecycle-configuration --bucket {bucket} --lifecycle-configuration "
    """'{{"Rules":[{{"ID":"abort","Status":"Enabled","Filter":{{"Prefix":""}},"AbortIncompleteMultipartUpload":{{"DaysAfterInitiation":7}}}}]}}'""",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    provider = visit.store.identity.provider
    if provider in provider_ids() and (days := load_provider(provider).multipart.abandoned_days):
        raise DoesNotApplyError(f"the service does it by itself, {days} days after they began")
    rules = told(visit.settings().lifecycle) or ()
    prefix = visit.store.identity.prefix
    if not any(rule.abort_uploads_after_days and f"{prefix}/".startswith(rule.prefix) for rule in rules):
        yield RULE.found(bucket=visit.store.identity.container, aws=visit.aws)


CHECK = StoreCheck(RULE, "unfinished uploads are thrown away", look)
