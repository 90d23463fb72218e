"""Whether keys that never end are used where the platform would hand out a role."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.stores.credentials import Lifetime

RULE = Rule(
    "medialift.W037",
    "STORAGES[{alias!r}] has long-lived keys, where the platform offers {role}.",
    "Give the role the policy (python manage.py medialift policy app {alias}), and remove the keys from the settings.",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    if visit.caller_of() is None:
        raise DoesNotApplyError("this service knows no roles")
    if not facts.role:
        raise DoesNotApplyError("the platform shows no role")
    if visit.credentials().lifetime is Lifetime.LONG:
        yield RULE.found(alias=visit.alias, role=facts.role)


CHECK = StoreCheck(RULE, "no long-lived keys stand in for a role", look)
