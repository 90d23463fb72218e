"""What a store's service costs."""

from __future__ import annotations

from medialift.providers import Prices, load_provider, provider_ids
from medialift.types import StoreIdentity


def prices_of(identity: StoreIdentity) -> Prices | None:
    """The prices of the store's provider, or ``None`` for a disk and memory, which send no bill."""
    return load_provider(identity.provider).prices if identity.provider in provider_ids() else None
