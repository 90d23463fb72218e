"""Whether a bucket whose files get plain addresses is open to everybody, where the bucket itself can be asked."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit

RULE = Rule(
    "medialift.E061",
    "STORAGES[{alias!r}] gives out plain URLs, and its bucket is private ({place}): Supabase answers them with "
    '"Bucket not found".',
    "Make the bucket public in the dashboard (Storage → the bucket → Edit bucket), or set access to private.",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    if facts.access(visit.alias) != "public":
        raise DoesNotApplyError("the settings do not say that these files are public")
    if not visit.bucket_is_public():
        yield RULE.found(alias=visit.alias, place=visit.store.identity)


CHECK = StoreCheck(RULE, "a public bucket is public", look)
