"""S3 and every service that speaks its protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medialift.stores.s3.store import S3Store

__all__ = ["S3Store"]


def __getattr__(name: str) -> Any:
    # The second process of a move sends without the SDK, and shall not have to load it.
    if name == "S3Store":
        from medialift.stores.s3.store import S3Store

        return S3Store
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
