"""A stand-in for Cloudinary: its Upload and Admin APIs and its CDN, by real HTTP on loopback.

In a test, :class:`CloudinaryServer` runs it inside the process; ``python -m medialift.testing.cloudinary``
runs it as a command. It keeps everything in memory, checks signatures for real, counts what the Admin
API counts, and refuses with the service's own words. It looks at an image's first bytes and no further,
and transforms nothing.

Nothing here was measured on an account: each rule names the page, the code or the report that it is from.
"""

from __future__ import annotations

from medialift.testing.cloudinary.account import Account, Asset
from medialift.testing.cloudinary.server import CloudinaryServer

__all__ = ["Account", "Asset", "CloudinaryServer"]
