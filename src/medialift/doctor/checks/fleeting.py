"""Whether credentials will run out without anybody renewing them."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.stores.credentials import Lifetime

RULE = Rule(
    "medialift.W036",
    "STORAGES[{alias!r}] has temporary credentials that nothing renews: they run out {when}.",
    "Let the site take a role, or give it keys of its own: python manage.py medialift policy app {alias}.",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    told = visit.credentials()
    if told.lifetime is Lifetime.TEMPORARY and not facts.role:
        when = f"at {told.expires:%Y-%m-%d %H:%M} UTC" if told.expires else "at a time that they do not tell"
        yield RULE.found(alias=visit.alias, when=when)


CHECK = StoreCheck(RULE, "the credentials are renewed, or last", look, watched=True)
