"""Whether temporary credentials have run out."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.errors import AccessDeniedError, CredentialsError, StoreError
from medialift.providers import load_provider
from medialift.stores.credentials import Lifetime

RULE = Rule(
    "medialift.E035",
    "The credentials of STORAGES[{alias!r}] have run out: {reason}.",
    "Log in again (aws sso login), or let the site take a role, whose credentials are renewed by themselves.",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    refusal = visit.first_refusal()
    if isinstance(refusal, CredentialsError) and refusal.expired:
        yield RULE.found(alias=visit.alias, reason=refusal.reason.rstrip("."))
    elif isinstance(refusal, AccessDeniedError) and _may_end_so(visit):
        yield RULE.found(alias=visit.alias, reason="the service refuses all that they try, as it does after their end")


def _may_end_so(visit: Visit) -> bool:
    """Whether these are temporary, and their end would look as this does: all is refused, and nothing says why."""
    permissions = load_provider(visit.store.identity.provider).permissions
    if permissions is None or permissions.tells_expiry or visit.credentials().lifetime is Lifetime.LONG:
        return False
    try:
        visit.written()
    except AccessDeniedError:
        return True
    except StoreError:
        return False
    return False


CHECK = StoreCheck(RULE, "the credentials have not run out", look, gate=True, watched=True)
