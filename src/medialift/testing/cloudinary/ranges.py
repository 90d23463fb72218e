"""Bodies, whole or in part."""

from __future__ import annotations

import re

from medialift.testing.cloudinary.account import Asset
from medialift.testing.wire import Request, Response


def served(request: Request, asset: Asset, *, honours_ranges: bool = True, content_type: str = "") -> Response:
    """The asset's bytes as they were stored."""
    headers = {"Content-Type": content_type or "application/octet-stream", "ETag": f'"{asset.etag}"'}
    wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
    if not wanted or not honours_ranges:
        return Response(200, headers, asset.data)
    start, size = int(wanted[1]), len(asset.data)
    if start >= size:
        return Response(416, {"Content-Range": f"bytes */{size}"})
    end = min(int(wanted[2] or size - 1), size - 1)
    return Response(206, {**headers, "Content-Range": f"bytes {start}-{end}/{size}"}, asset.data[start : end + 1])
