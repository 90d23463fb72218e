"""Who the store speaks as: the service, a signed-in user, or anybody.

There are two kinds of keys. The older ones are tokens (JWT) that name their role; what they say is
read here and never believed, only the service can do that. The newer ones say it by how they begin.

Source: https://supabase.com/docs/guides/getting-started/api-keys
"""

from __future__ import annotations

import base64
import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from medialift.errors import ConfigError
from medialift.stores.spec import ApiKeys, Secret

WHERE = "Project Settings → API Keys in the dashboard"


class Role(enum.Enum):
    """What a key is for."""

    SERVICE = "service"
    """Everything; policies do not apply."""
    ANYBODY = "anybody"
    """What policies allow to everybody."""
    USER = "user"
    """What policies allow to one signed-in user."""


@dataclass(frozen=True, slots=True)
class Caller:
    """``headers`` go with every request. Does not print its keys."""

    role: Role
    headers: Mapping[str, str] = field(repr=False)


NOBODY = Caller(Role.ANYBODY, {})
"""Who shows no key at all."""


def caller_of(keys: ApiKeys) -> Caller:
    """The caller whom *keys* make: the user if there is one, else the service, else anybody.

    Raises :class:`ConfigError` if there is no key, or if one of the two stands where the other should.
    """
    if keys.api_key and role_of(keys.api_key) is Role.SERVICE:
        raise ConfigError(
            "SUPABASE_API_KEY holds the service key, and that name (api_key) is for a key that browsers may see",
            hint=f"Copy the publishable (anon) key from {WHERE} there, and set SUPABASE_SERVICE_KEY to the secret one.",
        )
    if keys.service_key and role_of(keys.service_key) is Role.ANYBODY:
        raise ConfigError(
            "the service key is the anon (publishable) key, which may do only what policies allow to everybody",
            hint=f"Copy the secret (service_role) key from {WHERE} into SUPABASE_SERVICE_KEY.",
        )
    if keys.user_token:
        return Caller(Role.USER, {**_apikey(keys.api_key), "Authorization": f"Bearer {keys.user_token.reveal()}"})
    key = keys.service_key or keys.api_key
    if not key:
        raise ConfigError(
            "Supabase needs a key",
            hint=f"Set SUPABASE_SERVICE_KEY, or SUPABASE_API_KEY to read a public bucket only; both are under {WHERE}.",
        )
    role = Role.SERVICE if keys.service_key else role_of(key) or Role.ANYBODY
    return Caller(role, _headers(key))


def reader_of(keys: ApiKeys) -> Caller | None:
    """Who reads in the service's place what everybody may read: anybody, where *keys* hold both keys."""
    if keys.user_token or not (keys.service_key and keys.api_key) or role_of(keys.api_key) is not Role.ANYBODY:
        return None
    return Caller(Role.ANYBODY, _headers(keys.api_key))


def role_of(key: Secret) -> Role | None:
    """What *key* says that it is for, ``None`` if it does not say."""
    text = key.reveal()
    if text.startswith("sb_"):
        return {"sb_secret_": Role.SERVICE, "sb_publishable_": Role.ANYBODY}.get(text[: text.find("_", 3) + 1])
    return {"service_role": Role.SERVICE, "anon": Role.ANYBODY, "authenticated": Role.USER}.get(_claimed(text))


def _claimed(token: str) -> str:
    """The role in a token's payload (RFC 7519), which anybody can read; empty if there is none."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return ""
    return str(claims.get("role", "")) if isinstance(claims, dict) else ""


def _headers(key: Secret) -> dict[str, str]:
    # The newer keys are no tokens: as a bearer they would be refused.
    bearer = {} if key.reveal().startswith("sb_") else {"Authorization": f"Bearer {key.reveal()}"}
    return {**_apikey(key), **bearer}


def _apikey(key: Secret | None) -> dict[str, str]:
    return {"apikey": key.reveal()} if key else {}
