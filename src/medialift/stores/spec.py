"""What opens a store: frozen values, made by ``medialift.conf`` and by tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any


class Secret:
    """A string that does not print. Use :meth:`reveal` at the one place that needs it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret('***')"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> Any:
        raise TypeError("a secret cannot be pickled: pass the storage's alias instead")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Explicit keys. Without them the platform's own chain is asked (roles, profiles, environment)."""

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret | None = None


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """What a Supabase project knows its callers by.

    ``service_key`` may do everything; ``api_key`` (publishable or anon) what policies allow to
    everybody; with a ``user_token`` beside it, what they allow to that user. ``jwt_secret`` signs URLs.
    """

    api_key: Secret | None = None
    service_key: Secret | None = None
    user_token: Secret | None = None
    jwt_secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class CloudFrontKey:
    """What signs for a CloudFront distribution: the public key's id there, and the private half.

    ``private_key`` is a PEM text, or the path of a file that holds one.
    """

    key_id: str
    private_key: Secret


@dataclass(frozen=True, slots=True)
class CloudflareKey:
    """What signs for a domain at Cloudflare: the secret of its firewall's rule, and how long that lets a token live."""

    secret: Secret
    lifetime: timedelta = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How Cloudinary is to keep and to sign.

    ``type`` is ``upload`` (anybody may read), ``private`` (the original is signed for, what was made of
    it is public) or ``authenticated`` (everything is signed for). ``algorithm`` is the account's: ``sha1``
    or ``sha256``.
    """

    type: str = "upload"
    algorithm: str = "sha1"


@dataclass(frozen=True, slots=True)
class StoreSpec:
    """Everything needed to open one store.

    ``provider`` is the id of a file in ``providers/data`` (``"s3"``, ``"r2"``, …), or
    ``"filesystem"`` (``container`` is the folder), or ``"memory"``.
    ``client`` holds driver settings that people tune: ``connect_timeout`` and ``read_timeout``
    (seconds), ``max_attempts``, ``max_pool_connections``, ``verify`` (False or a CA file), ``proxies``.
    ``account_id`` fills the provider's endpoint template where there is one (R2, Supabase).
    With ``cloudfront`` or ``cloudflare`` the URLs that are signed for readers are those of ``custom_domain``.
    """

    provider: str
    container: str
    prefix: str = ""
    region: str | None = None
    endpoint_url: str | None = None
    credentials: Credentials | None = None
    profile: str | None = None
    addressing_style: str | None = None
    custom_domain: str | None = None
    url_protocol: str = "https"
    expires: timedelta = timedelta(hours=1)
    object_parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    client: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    account_id: str | None = None
    api_keys: ApiKeys = ApiKeys()
    cloudfront: CloudFrontKey | None = None
    cloudflare: CloudflareKey | None = None
    delivery: Delivery = Delivery()
