"""S3 and every service that speaks its protocol."""

from __future__ import annotations

from medialift.stores.s3.store import S3Store

__all__ = ["S3Store"]
