"""The variables that a provider's users customarily have in their environment, such as ``R2_ACCESS_KEY_ID``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from medialift.conf.legacy import CREDENTIALS, PLATFORMS_OWN, read
from medialift.conf.options import BY_NAME
from medialift.errors import ConfigError
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


def names_of(provider: str) -> Mapping[str, Sequence[str]]:
    """The variables of each option that *provider*'s users customarily have."""
    return load_provider(provider).environment


def _found(provider: str, environment: Mapping[str, str]) -> dict[str, Any]:
    if provider not in provider_ids():
        return {}
    known = load_provider(provider)
    found = {}
    for option, variables in known.environment.items():
        # What the platform reads itself, it also renews.
        variable = next((name for name in variables if environment.get(name) and name not in PLATFORMS_OWN), None)
        if variable:
            found[option] = read(BY_NAME[option], environment[variable], written_as=variable)
    line = environment.get(known.environment_url) if known.environment_url and "bucket" not in found else None
    return {**found, **_in_one_line(line, known.environment_url)} if line else found


def _in_one_line(line: str, variable: str) -> dict[str, Any]:
    """What ``cloudinary://KEY:SECRET@CLOUD[/HOST][?…]`` says, as the service's own packages read it.

    They take any parameter, so those that mean nothing here are passed over, and decode nothing but these.
    Source: pycloudinary, ``BaseConfig``.
    """
    try:
        parts = urlsplit(line.strip())
        said = {
            "bucket": parts.hostname,
            "access_key_id": parts.username,
            "secret_access_key": parts.password,
            "custom_domain": parts.path.strip("/"),
        }
    except ValueError:
        said = {}
    if not said.get("bucket"):
        raise ConfigError(
            f"{variable} cannot be read", hint="Write cloudinary://KEY:SECRET@CLOUD, as the console does."
        )
    asked = dict(parse_qsl(parts.query))
    said |= {"endpoint_url": asked.get("upload_prefix"), "signature_algorithm": asked.get("signature_algorithm")}
    return {name: read(BY_NAME[name], value, written_as=variable) for name, value in said.items() if value}
