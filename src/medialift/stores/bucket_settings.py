"""A bucket's own settings, and the three ways in which a service can be silent about one."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from medialift.stores.base import ObjectStore


class Silence(enum.Enum):
    """Why there is no value: three different things, none of which stands for another."""

    NOT_CONFIGURED = "not configured"
    NOT_IMPLEMENTED = "the service has no such setting"
    NOT_ALLOWED = "these credentials may not know"


@dataclass(frozen=True, slots=True)
class PublicAccessBlock:
    """Amazon S3's four switches."""

    block_acls: bool
    ignore_acls: bool
    block_policy: bool
    restrict_buckets: bool

    @property
    def closed(self) -> frozenset[str]:
        """The switches that are on, by Amazon's names."""
        switches = {
            "BlockPublicAcls": self.block_acls,
            "IgnorePublicAcls": self.ignore_acls,
            "BlockPublicPolicy": self.block_policy,
            "RestrictPublicBuckets": self.restrict_buckets,
        }
        return frozenset(name for name, on in switches.items() if on)


@dataclass(frozen=True, slots=True)
class LifecycleRule:
    """One enabled rule, as far as media care: the days after which unfinished uploads are thrown away."""

    prefix: str
    abort_uploads_after_days: int | None


@dataclass(frozen=True, slots=True)
class CorsRule:
    """Which origins' pages may do what; an origin may hold one ``*``."""

    origins: tuple[str, ...]
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BucketSettings:
    """What the service says of the bucket.

    ``encryption`` names the default algorithm, ``ownership`` is Amazon's word (``BucketOwnerEnforced``:
    ACLs are off).
    """

    versioning: bool | Silence
    encryption: str | Silence
    public_access_block: PublicAccessBlock | Silence
    ownership: str | Silence
    lifecycle: tuple[LifecycleRule, ...] | Silence
    cors: tuple[CorsRule, ...] | Silence


@runtime_checkable
class ReadsBucket(Protocol):
    """Can ask the service for the bucket's settings."""

    def bucket_settings(self) -> BucketSettings:
        """Ask for all of them; a refusal is a :class:`Silence`, never an error."""


@runtime_checkable
class OpensPrefix(Protocol):
    """Can reach other places of its own bucket."""

    def at_prefix(self, prefix: str) -> ObjectStore:
        """The same bucket with the same credentials, and another prefix; empty for the whole bucket."""


@runtime_checkable
class OpensEndpoints(Protocol):
    """Knows the other addresses at which the same account may have buckets."""

    def own_endpoint(self) -> str:
        """Its address; empty where the SDK derives it from the region."""

    def other_endpoints(self) -> tuple[str, ...]:
        """Their URLs; empty where one address has them all."""

    def region_at(self, url: str) -> str:
        """The region that one of them is the address of; empty if it names none."""

    def at_endpoint(self, url: str) -> ObjectStore:
        """The bucket of the same name at another address, with the same credentials."""
