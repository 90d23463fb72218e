"""Whose service an address is: sites that use django-storages name the endpoint and never the provider."""

from __future__ import annotations

import re

from medialift.providers import load_provider, provider_ids

AMAZON = "s3"
UNKNOWN = "s3-compatible"
_AMAZON_HOST = re.compile(r"https?://([^/]+\.)?amazonaws\.com(\.cn)?(:[0-9]+)?/?")


def provider_of(endpoint_url: str | None) -> str:
    """The id of the provider behind *endpoint_url*; an address that nobody is known by is ``s3-compatible``."""
    if not endpoint_url or _AMAZON_HOST.fullmatch(endpoint_url):
        return AMAZON
    return next((id for id in provider_ids() if _answers_at(id, endpoint_url.rstrip("/"))), UNKNOWN)


def _answers_at(id: str, endpoint_url: str) -> bool:
    provider = load_provider(id)
    return endpoint_url in provider.endpoint.templates or bool(provider.endpoint_parameters(endpoint_url))
