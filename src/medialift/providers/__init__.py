"""How providers differ: each quirk as data, with its reason and its source."""

from __future__ import annotations

from medialift.providers.fact import Fact
from medialift.providers.loading import load_provider, parse_provider, provider_ids
from medialift.providers.permissions import Means, Permissions
from medialift.providers.prices import Choosing, Offer, Prices
from medialift.providers.provider import (
    Buckets,
    Copying,
    Create,
    Deletion,
    Endpoint,
    Integrity,
    Keys,
    Kinds,
    Listing,
    Multipart,
    Presigning,
    Provider,
    PublicUrl,
    Regions,
    Throttling,
    Withheld,
)

__all__ = [
    "Buckets",
    "Choosing",
    "Copying",
    "Create",
    "Deletion",
    "Endpoint",
    "Fact",
    "Integrity",
    "Keys",
    "Kinds",
    "Listing",
    "Means",
    "Multipart",
    "Offer",
    "Permissions",
    "Presigning",
    "Prices",
    "Provider",
    "PublicUrl",
    "Regions",
    "Throttling",
    "Withheld",
    "load_provider",
    "parse_provider",
    "provider_ids",
]
