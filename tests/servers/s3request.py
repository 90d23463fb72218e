"""One request as it passes the proxy, read as S3 (path style)."""

from __future__ import annotations

from medialift.testing.proxy import Request

__all__ = ["Request"]
