"""What people tune about a driver, whichever driver it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from medialift.errors import ConfigError
from medialift.stores.spec import StoreSpec

UNREACHABLE = "Check the endpoint's address and the network; if the service is down, run it again later."
"""The hint of whatever nobody answers to, whichever driver asks."""


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """What people tune (``StoreSpec.client``); times in seconds, ``verify`` is False or the path of a CA file."""

    connect_timeout: float = 5
    read_timeout: float = 60
    max_attempts: int = 5
    max_pool_connections: int = 32
    verify: bool | str = True
    proxies: Mapping[str, str] = field(default_factory=dict)


def settings_of(spec: StoreSpec) -> ClientSettings:
    """The settings in *spec*. Raises :class:`ConfigError` for unknown ones."""
    known = ClientSettings.__dataclass_fields__
    unknown = sorted(set(spec.client) - set(known))
    if unknown:
        raise ConfigError(f"unknown client setting {', '.join(unknown)}", hint=f"Known: {', '.join(sorted(known))}")
    return ClientSettings(**spec.client)


AUTHORITIES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
"""Where boto3 looks for the authorities to trust, first one first.
Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html"""


def trusting(settings: ClientSettings, environ: Mapping[str, str]) -> ClientSettings:
    """*settings* in which ``verify`` says what boto3 would go by, so that other drivers trust the same authorities.

    Raises :class:`ConfigError` for a file that is not there.
    """
    named = next((name for name in AUTHORITIES if environ.get(name)), "")
    if settings.verify is True and named:
        settings = replace(settings, verify=environ[named])
    else:
        named = "verify"
    if isinstance(settings.verify, str) and not os.path.isfile(settings.verify):
        hint = "Name the file with the certificates of the authorities to trust."
        raise ConfigError(f"{named} is {settings.verify}, and there is no such file", hint=hint)
    return settings
