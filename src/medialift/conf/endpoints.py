"""Whose service an address is: sites that use django-storages name the endpoint and never the provider."""

from __future__ import annotations

import re

from medialift.errors import ConfigError
from medialift.providers import load_provider, provider_ids
from medialift.providers.address import endpoint_of, region_of
from medialift.stores import speaks_s3
from medialift.stores.spec import StoreSpec

AMAZON = "s3"
UNKNOWN = "s3-compatible"
_AMAZON_HOST = re.compile(r"https?://([^/]+\.)?amazonaws\.com(\.cn)?(:[0-9]+)?/?")


def provider_of(endpoint_url: str | None) -> str:
    """The id of the provider behind *endpoint_url*; an address that nobody is known by is ``s3-compatible``."""
    if not endpoint_url or _AMAZON_HOST.fullmatch(endpoint_url):
        return AMAZON
    return next((id for id in provider_ids() if _answers_at(id, endpoint_url.rstrip("/"))), UNKNOWN)


def in_jurisdiction(id: str, jurisdiction: str, endpoint_url: str | None, account_id: str | None) -> str:
    """The address of an account's buckets there. Raises ``ConfigError``."""
    known = load_provider(id).endpoint.jurisdictions if id in provider_ids() else {}
    if jurisdiction not in known:
        hint = f"Known: {', '.join(known)}; without any, leave it out." if known else "Remove the option."
        raise ConfigError(f"{id} has no jurisdiction {jurisdiction!r}", hint=hint)
    if endpoint_url:
        raise ConfigError("endpoint_url says the jurisdiction already: keep one of the two")
    return endpoint_of(load_provider(id), None, {"account_id": account_id}, template=known[jurisdiction]) or ""


def check_address(spec: StoreSpec) -> None:
    """Raise ``ConfigError`` if it is certain already that nobody can find this place."""
    if spec.provider not in provider_ids():
        return
    provider = load_provider(spec.provider)
    region = region_of(provider, spec.region, spec.endpoint_url) if speaks_s3(spec.provider) else spec.region
    endpoint_of(provider, spec.endpoint_url, {"region": region, "account_id": spec.account_id})


def _answers_at(id: str, endpoint_url: str) -> bool:
    provider = load_provider(id)
    return endpoint_url in provider.endpoint.templates or bool(provider.endpoint_parameters(endpoint_url))
