"""Where a store lies: project, bucket and prefix, and the paths of its objects. Settled without a request."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from medialift.errors import ConfigError
from medialift.providers import Provider
from medialift.stores.spec import StoreSpec
from medialift.types import StoreIdentity

BASE = "/storage/v1"
DASHBOARDS = ("supabase.com", "www.supabase.com", "app.supabase.com", "app.supabase.io")
RESERVED = "!*'()$&+,;=:@"
"""What may stand in a path as it is (RFC 3986, ``pchar``)."""


@dataclass(frozen=True, slots=True)
class Place:
    """``origin`` is the project's address, without a path of the service."""

    provider: Provider
    origin: str
    bucket: str
    prefix: str

    @property
    def identity(self) -> StoreIdentity:
        where = self.provider.place_of(self.origin) or self.origin.partition("://")[2]
        return StoreIdentity(self.provider.id, self.bucket, self.prefix, where)

    @property
    def base(self) -> str:
        """The service's address."""
        return self.origin + BASE

    def full_key(self, key: str) -> str:
        return f"{self.prefix}/{key}" if self.prefix else key

    def key(self, full_key: str) -> str:
        """The inverse of :meth:`full_key`."""
        return full_key[len(self.prefix) + 1 :] if self.prefix else full_key

    def folder(self, prefix: str) -> str:
        """What everything below the store's folder *prefix* begins with; empty for all."""
        whole = "/".join(part for part in (self.prefix, prefix) if part)
        return f"{whole}/" if whole else ""

    def of_bucket(self, action: str) -> str:
        """The path of an action on the bucket, such as ``object/list-v2``."""
        return f"/{action}/{quote(self.bucket, safe='')}"

    def of_object(self, action: str, key: str, *, safe: str = "") -> str:
        """The path of an action on an object; characters in *safe* are not quoted."""
        return f"{self.of_bucket(action)}/{quote(self.full_key(key), safe='/~' + safe)}"


def place_of(spec: StoreSpec, provider: Provider) -> Place:
    """Where *spec* points. Raises :class:`ConfigError` if the bucket or the project is not named."""
    if not spec.container:
        raise ConfigError("no bucket is named", hint="Set bucket, or SUPABASE_STORAGE_BUCKET.")
    return Place(provider, _origin(spec, provider), spec.container, spec.prefix.strip("/"))


def _origin(spec: StoreSpec, provider: Provider) -> str:
    url = spec.endpoint_url
    if not url and spec.account_id:
        url = provider.endpoint.templates[0].format(account_id=spec.account_id)
    if not url:
        raise ConfigError(
            "the Supabase project is not named",
            hint="Set SUPABASE_URL (https://PROJECT.supabase.co), or project_ref.",
        )
    parts = urlsplit(url)
    if parts.path.rstrip("/").endswith("/s3"):
        raise ConfigError(
            "this is the address of the S3 protocol",
            hint='Use provider "supabase-s3" for it, or the address https://PROJECT.supabase.co here.',
        )
    if parts.hostname in DASHBOARDS or parts.path.rstrip("/").endswith(("/rest/v1", "/auth/v1", "/graphql/v1")):
        raise ConfigError(
            "this is another address of Supabase, not the project's own",
            hint="Set SUPABASE_URL to https://PROJECT.supabase.co: Project Settings → Data API in the dashboard.",
        )
    default = {"https": ":443", "http": ":80"}.get(parts.scheme, "")
    path = parts.path.rstrip("/").removesuffix(BASE)
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(default)}{path}"
