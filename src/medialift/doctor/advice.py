"""What to do about a refusal, in the words of the service that refused."""

from __future__ import annotations

from medialift.doctor.visit import Visit
from medialift.errors import StoreError
from medialift.providers import Means, load_provider, provider_ids

MADE_ANEW = (Means.CAPABILITIES, Means.TOKENS)
"""Where what a key may do is said when it is made."""


def of_service(visit: Visit, refusal: StoreError, otherwise: str) -> str:
    """The hint that came with the refusal, where the service has settings and words of its own."""
    return refusal.hint if refusal.hint and visit.is_remote and not visit.speaks_s3 else otherwise


def to_allow(visit: Visit, action: str, resource: str, *, on_disk: str, refusal: StoreError | None = None) -> str:
    """How the site gets the right to do *action*, as Amazon calls it; *on_disk* is the permission of a folder."""
    if not visit.is_remote:
        return f"Give the site's user {on_disk} permission for the folder."
    provider = visit.store.identity.provider
    known = load_provider(provider).permissions if provider in provider_ids() else None
    if known and known.means in MADE_ANEW:
        return f"Make a key that may: python manage.py medialift policy app {visit.alias} says what it takes."
    otherwise = f"Allow {action} on {resource}."
    return of_service(visit, refusal, otherwise) if refusal else otherwise
