"""Where an S3 store lies: endpoint, bucket, prefix and region, settled once and without a request."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from medialift.errors import ConfigError
from medialift.providers import Provider
from medialift.providers.address import endpoint_of, needs_region, region_of
from medialift.stores.spec import StoreSpec
from medialift.types import StoreIdentity

_AMAZON_HOST = re.compile(r"(.+\.)?amazonaws\.com(\.cn)?")


@dataclass(frozen=True, slots=True)
class Place:
    """One bucket plus prefix. ``endpoint_url`` is ``None`` where the SDK derives it from the region."""

    provider: Provider
    bucket: str
    prefix: str
    region: str
    endpoint_url: str | None
    addressing: str

    @property
    def identity(self) -> StoreIdentity:
        return StoreIdentity(self.provider.id, self.bucket, self.prefix, self._endpoint_name())

    def full_key(self, key: str) -> str:
        """The key in the bucket of a key in the store; a folder's key keeps its trailing slash."""
        return f"{self.prefix}/{key}" if self.prefix else key

    def folder(self, prefix: str) -> str:
        """The bucket's prefix that everything below the store's folder *prefix* has; empty for all."""
        whole = "/".join(part for part in (self.prefix, prefix) if part)
        return f"{whole}/" if whole else ""

    def key(self, full_key: str) -> str:
        """The inverse of :meth:`full_key`."""
        return full_key[len(self.prefix) + 1 :] if self.prefix else full_key

    def target(self, endpoint_url: str, key: str) -> tuple[str, str]:
        """Origin and path (not quoted) of one object at *endpoint_url*, in the bucket's addressing style."""
        parts = urlsplit(endpoint_url)
        path = parts.path.rstrip("/")
        if self.addressing == "virtual":
            return f"{parts.scheme}://{self.bucket}.{parts.netloc}", f"{path}/{key}"
        return f"{parts.scheme}://{parts.netloc}", f"{path}/{self.bucket}/{key}"

    def bucket_url(self, endpoint_url: str) -> str:
        """The quoted URL under which the bucket's keys lie, without a trailing slash."""
        origin, path = self.target(endpoint_url, "")
        return origin + quote(path, safe="/~").rstrip("/")

    def other_endpoints(self) -> tuple[str, ...]:
        """The provider's other addresses for the same account: those of other jurisdictions and regions.

        None where all of them lead to the same buckets, or say themselves where a bucket is.
        """
        mine, endpoint = (self.endpoint_url or "").rstrip("/"), self.provider.endpoint
        known = self.provider.endpoint_parameters(mine)
        if not known or endpoint.place or endpoint.global_names:
            return ()
        region = known.get("region", "")
        regions = self.provider.regions.cities if region and self.provider.regions else [region]
        urls = [template.format(**{**known, "region": region}) for template in endpoint.templates for region in regions]
        return tuple(url for url in dict.fromkeys(urls) if url != mine)

    def _endpoint_name(self) -> str:
        # The scheme is left out: one bucket over http and over https is one place.
        parts = urlsplit(self.endpoint_url or "")
        if not parts.netloc or (self.provider.endpoint.global_names and _AMAZON_HOST.fullmatch(parts.hostname or "")):
            return ""
        if place := self.provider.place_of(self.endpoint_url or ""):
            return place
        default = {"https": ":443", "http": ":80"}.get(parts.scheme, "")
        return parts.netloc.lower().removesuffix(default) + parts.path.rstrip("/")


def place_of(spec: StoreSpec, provider: Provider, *, session_region: str | None = None) -> Place:
    """Where *spec* points. Raises :class:`ConfigError` if the bucket, the region or the endpoint is unknown.

    *session_region* is the region of the platform's own configuration; it counts where the SDK
    would use it too, and a region is never guessed.
    """
    if not spec.container:
        raise ConfigError("no bucket is named", hint="Set bucket_name.")
    region = region_of(provider, spec.region, spec.endpoint_url) or session_region
    if not region:
        raise needs_region(provider)
    endpoint = endpoint_of(provider, spec.endpoint_url, {"region": region, "account_id": spec.account_id})
    return Place(
        provider,
        spec.container,
        spec.prefix.strip("/"),
        region,
        endpoint.rstrip("/") if endpoint else None,
        _addressing(spec.addressing_style or provider.endpoint.addressing, spec.container, endpoint),
    )


def _addressing(style: str, bucket: str, endpoint: str | None) -> str:
    """``virtual`` where the bucket can be a part of the host: not before an IP address, nor with a dot under TLS."""
    if style not in ("auto", "path", "virtual"):
        raise ConfigError(f"unknown addressing style {style!r}", hint="Use 'virtual', 'path' or 'auto'.")
    can_be_a_host = re.fullmatch(r"[a-z0-9][a-z0-9-]*[a-z0-9]", bucket) and not _is_address(endpoint)
    return "virtual" if can_be_a_host and (style == "virtual" or (style == "auto" and endpoint is None)) else "path"


def _is_address(endpoint: str | None) -> bool:
    try:
        ipaddress.ip_address(urlsplit(endpoint or "").hostname or "")
    except ValueError:
        return False
    return True
