"""Whether the region that is set is the bucket's own."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.errors import WrongRegionError
from medialift.providers import load_provider, provider_ids

RULE = Rule(
    "medialift.E011",
    "The bucket of STORAGES[{alias!r}] lies in {region}.",
    "{how}",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    refusal = visit.first_refusal()
    if isinstance(refusal, WrongRegionError):
        how = _how(visit, refusal.region)
        yield RULE.found(alias=visit.alias, region=refusal.region or "another region", how=how)


def _how(visit: Visit, region: str) -> str:
    """What the service told, or has always."""
    provider = visit.store.identity.provider
    known = load_provider(provider).endpoint if provider in provider_ids() else None
    if not region and known and known.templates and known.default_region:
        return f"Remove region (region_name) from STORAGES[{visit.alias!r}]: it is always {known.default_region}."
    return f"Set region (region_name) of STORAGES[{visit.alias!r}] to {region or 'that of the bucket'}."


CHECK = StoreCheck(RULE, "the region is the bucket's", look, gate=True, watched=True)
