"""What people tune about a driver, whichever driver it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
