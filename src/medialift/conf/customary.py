"""The variables that a provider's users customarily have in their environment, such as ``R2_ACCESS_KEY_ID``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medialift.conf.legacy import CREDENTIALS, PLATFORMS_OWN, read
from medialift.conf.options import BY_NAME
from medialift.providers import load_provider, provider_ids


def customary(provider: str, said: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """The options that the environment adds to what was *said*. Raises :class:`~medialift.errors.ConfigError`.

    Credentials are added together or not at all, and never to a profile; an address never to an
    account that was named, which has its own.
    """
    if said.get("account_id"):
        said = {"endpoint_url": None, **said}
    found = {name: value for name, value in _found(provider, environment).items() if name not in said}
    has_own = any(said.get(name) for name in (*CREDENTIALS, "profile"))
    whole = {"access_key_id", "secret_access_key"} <= found.keys()
    return found if whole and not has_own else {name: found[name] for name in found if name not in CREDENTIALS}


def names_bucket(provider: str | None, environment: Mapping[str, str]) -> bool:
    """Whether *provider*'s variables say which bucket it is."""
    return provider is not None and "bucket" in _found(provider, environment)


def _found(provider: str, environment: Mapping[str, str]) -> dict[str, Any]:
    if provider not in provider_ids():
        return {}
    found = {}
    for option, variables in load_provider(provider).environment.items():
        # What the platform reads itself, it also renews.
        variable = next((name for name in variables if environment.get(name) and name not in PLATFORMS_OWN), None)
        if variable:
            found[option] = read(BY_NAME[option], environment[variable], written_as=variable)
    return found
