"""Whether the credentials are the account's own, which may do everything."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit

RULE = Rule(
    "medialift.W038",
    "STORAGES[{alias!r}] uses the keys of the account itself, {who}: they may do everything.",
    "Make keys for the site alone: python manage.py medialift policy app {alias}. Then delete the account's own keys.",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    if visit.credentials().is_master:
        yield RULE.found(alias=visit.alias, who="which its provider calls root or master")
        return
    caller = visit.caller_of()
    if caller is None:
        raise DoesNotApplyError("this service does not tell whose keys these are")
    who = caller.caller()
    if who.endswith(":root"):
        yield RULE.found(alias=visit.alias, who=who)


CHECK = StoreCheck(RULE, "the keys are not the account's own", look)
