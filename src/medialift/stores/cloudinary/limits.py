"""What an account's plan takes, by kind of asset.

Source: https://cloudinary.com/documentation/admin_api (usage: ``media_limits``)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medialift.providers import Kinds
from medialift.stores.cloudinary.client import Requests
from medialift.stores.cloudinary.kinds import Kind, kind_of

NAMES = {Kind.IMAGE: "images", Kind.VIDEO: "videos", Kind.RAW: "other files"}


@dataclass(frozen=True, slots=True)
class PlanLimits:
    """``largest`` are bytes; a kind that the service did not tell of has no limit here."""

    kinds: Kinds
    largest: Mapping[Kind, int]

    def refusal(self, key: str, size: int, content_type: str | None) -> str:
        kind = kind_of(key, self.kinds)
        most = self.largest.get(kind)
        if most is None or size <= most:
            return ""
        return f"the account's plan takes {NAMES[kind]} of up to {most:,} bytes"

    def doubt(self, size: int) -> str:
        if self.largest:
            return ""
        return "the service did not tell how large a file the account's plan takes"


def plan_limits(requests: Requests) -> PlanLimits:
    """Asks the Admin API once, which counts by the hour. Raises ``StoreError``."""
    said = requests.admin_api("limits", "GET", ("usage",)).get("media_limits") or {}
    told = {kind: said.get(f"{kind.value}_max_size_bytes") for kind in Kind}
    return PlanLimits(requests.place.kinds, {kind: int(most) for kind, most in told.items() if most})
