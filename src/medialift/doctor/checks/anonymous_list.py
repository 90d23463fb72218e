"""Whether somebody without credentials can list the bucket, and so find every file."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit

RULE = Rule(
    "medialift.E029",
    "Everybody can list the bucket {bucket}: no file's name is a secret.",
    "Take s3:ListBucket out of what the bucket's policy and ACL allow to everybody.",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    if not visit.speaks_s3:
        raise DoesNotApplyError("this service lists nothing without a key")
    identity = visit.store.identity
    below = f"{identity.prefix}/" if identity.prefix else ""
    bucket_url = visit.bare_url().removesuffix(quote(f"{below}{visit.written()}", safe="/~"))
    if b"<ListBucketResult" in visit.fetch(f"{bucket_url}?list-type=2&max-keys=1&prefix={quote(below)}").body:
        yield RULE.found(bucket=identity.container)


CHECK = StoreCheck(RULE, "strangers cannot list the bucket", look, watched=True)
