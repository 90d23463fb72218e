"""Whether the service knows the credentials."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.advice import of_service
from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.errors import CredentialsError, StoreError

RULE = Rule(
    "medialift.E012",
    "{store} does not accept the credentials: {reason}.",
    "{how}",
)

OWN_KEYS = (
    "Set access_key_id and secret_access_key of STORAGES[{alias!r}]; for temporary ones log in again (aws sso login)."
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    refusal = visit.first_refusal()
    if isinstance(refusal, CredentialsError) and not refusal.expired and not visit.found_elsewhere():
        how = of_service(visit, refusal, OWN_KEYS.format(alias=visit.alias))
        yield RULE.found(store=visit.store.identity, reason=_reason(visit, refusal), how=how)


def _reason(visit: Visit, refusal: CredentialsError) -> str:
    said = refusal.reason.rstrip(".")
    try:
        is_master = visit.credentials().is_master
    except (DoesNotApplyError, StoreError):
        return said
    return f"{said}; this is the account's master key, which does not work here" if is_master else said


CHECK = StoreCheck(RULE, "the credentials are accepted", look, gate=True, watched=True)
