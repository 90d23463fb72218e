"""Whether files that are to be public are: fetched at the address that the site gives to browsers."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import BODY, Visit
from medialift.errors import StoreError

RULE = Rule(
    "medialift.E028",
    "The public files of STORAGES[{alias!r}] cannot be fetched: {host} answers {status}.",
    "Let the bucket's policy allow s3:GetObject on {arn} to everybody, or set access to private.",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    if facts.access(visit.alias) != "public":
        raise DoesNotApplyError("the settings do not say that these files are public")
    if _says_private(visit):
        raise DoesNotApplyError("the bucket itself is private, which is a finding of its own")
    url = visit.public_url()
    fetched = visit.fetch(url)
    if fetched.body != BODY:
        yield RULE.found(alias=visit.alias, host=url.split("/")[2], status=fetched.status, arn=visit.arn)


def _says_private(visit: Visit) -> bool:
    try:
        return not visit.bucket_is_public()
    except (DoesNotApplyError, StoreError):
        return False


CHECK = StoreCheck(RULE, "public files can be fetched", look, watched=True)
