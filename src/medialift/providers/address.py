"""Where a service answers, from what was told of it: settled without a request and without a driver."""

from __future__ import annotations

import re
from collections.abc import Mapping

from medialift.errors import ConfigError
from medialift.providers.provider import Provider

FEW = 5
"""Regions that fit into a sentence."""


def region_of(provider: Provider, region: str | None, endpoint_url: str | None) -> str:
    """The bucket's region, empty where it is left to the SDK. Raises :class:`ConfigError`; it is never guessed."""
    known = provider.endpoint_parameters(endpoint_url or "")
    found = region or known.get("region") or provider.endpoint.default_region
    if not found and not provider.endpoint.sdk_default:
        raise needs_region(provider)
    return found


def needs_region(provider: Provider) -> ConfigError:
    hint = f"Set region (region_name){_customary(provider, 'region')}{_for_instance(provider)}."
    return ConfigError(f"{provider.label} needs the bucket's region", hint=hint)


def endpoint_of(
    provider: Provider, endpoint_url: str | None, told: Mapping[str, str | None], *, template: str = ""
) -> str | None:
    """The address, ``None`` where the SDK derives it; *told* fills *template*, or else the provider's usual one.

    Raises :class:`ConfigError`.
    """
    if endpoint_url or provider.endpoint.sdk_default:
        return endpoint_url or None
    template = template or next(iter(provider.endpoint.templates), "")
    missing = [name for name in re.findall(r"\{(\w+)\}", template) if not told.get(name)]
    if template and not missing:
        return template.format(**told)
    example = f", for example {template}" if template else ""
    instead = "".join(f", or {name}{_customary(provider, name)}" for name in missing)
    hint = f"Set endpoint_url{_customary(provider, 'endpoint_url')}{example}{instead}."
    raise ConfigError(f"{provider.label} needs the endpoint", hint=hint)


def _for_instance(provider: Provider) -> str:
    """The regions that are known, or one of many, as a sentence goes on."""
    cities = provider.regions.cities if provider.regions else {}
    told = [f"{region} ({city})" for region, city in cities.items()]
    return (f": {', '.join(told)}" if len(told) <= FEW else f", for instance {told[0]}") if told else ""


def _customary(provider: Provider, option: str) -> str:
    """The variables that may say *option* too, as a sentence goes on."""
    variables = provider.environment.get(option, ())
    return f" (or {' or '.join(variables)})" if variables else ""
