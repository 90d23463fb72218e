"""Where a store lies: cloud, type of delivery and prefix, and its addresses. Settled without a request."""

from __future__ import annotations

from dataclasses import dataclass

from medialift.errors import ConfigError
from medialift.providers import Kinds, Provider
from medialift.stores.cloudinary.kinds import Kind, kind_of, places_of
from medialift.stores.spec import Credentials, StoreSpec
from medialift.types import StoreIdentity

VERSION = "v1_1"
TYPES = ("upload", "private", "authenticated")
WHERE = "Settings → API Keys in the console"


@dataclass(frozen=True, slots=True)
class Place:
    """``origin`` is the API's address. ``type`` is how assets are delivered: in each, a public id is another asset."""

    provider: Provider
    kinds: Kinds
    origin: str
    cloud: str
    type: str
    prefix: str

    @property
    def identity(self) -> StoreIdentity:
        usual = self.origin in self.provider.endpoint.templates
        endpoint = "" if usual else self.origin.partition("://")[2]
        return StoreIdentity(self.provider.id, f"{self.cloud}/{self.type}", self.prefix, endpoint)

    def public_id(self, key: str) -> str:
        """The whole key, extension and all: ``cat.jpg`` and ``cat.png`` are two assets."""
        return f"{self.prefix}/{key}" if self.prefix else key

    def key(self, public_id: str) -> str:
        """The inverse of :meth:`public_id`."""
        return public_id[len(self.prefix) + 1 :] if self.prefix else public_id

    def folder(self, prefix: str) -> str:
        """What everything below the store's folder *prefix* begins with; empty for all."""
        whole = "/".join(part for part in (self.prefix, prefix) if part)
        return f"{whole}/" if whole else ""

    def kind(self, key: str) -> Kind:
        return kind_of(key, self.kinds)

    def places(self, key: str) -> tuple[Kind, ...]:
        return places_of(key, self.kinds)

    def api(self, *parts: str) -> str:
        """An address of the API, such as that of ``image``, ``upload``."""
        return "/".join((self.origin, VERSION, self.cloud, *parts))


def place_of(spec: StoreSpec, provider: Provider) -> Place:
    """Where *spec* points. Raises :class:`ConfigError` if the cloud is not named, or the type of delivery unknown."""
    if not spec.container:
        raise ConfigError("no cloud is named", hint="Set CLOUDINARY_URL, or the option bucket to the cloud name.")
    if spec.delivery.type not in TYPES:
        raise ConfigError(
            f"Cloudinary has no type of delivery {spec.delivery.type!r}", hint=f"Known: {', '.join(TYPES)}."
        )
    origin = (spec.endpoint_url or provider.endpoint.templates[0]).rstrip("/")
    kinds = provider.kinds or Kinds(reason="", source="")
    return Place(provider, kinds, origin, spec.container, spec.delivery.type, spec.prefix.strip("/"))


def credentials_of(spec: StoreSpec) -> Credentials:
    """The key and its secret. Raises :class:`ConfigError` without them: nothing can be done without."""
    if spec.credentials is None:
        raise ConfigError(
            "Cloudinary needs an API key and its secret",
            hint=f"Set CLOUDINARY_URL=cloudinary://KEY:SECRET@CLOUD; it is under {WHERE}.",
        )
    return spec.credentials
