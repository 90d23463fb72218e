"""The parts of two accounts' APIs that make keys, for tests: Cloudflare's and Backblaze's."""

from __future__ import annotations

from medialift.testing.key_services.backblaze import BackblazeAccount, BackblazeServer
from medialift.testing.key_services.cloudflare import CloudflareAccount, CloudflareServer

__all__ = ["BackblazeAccount", "BackblazeServer", "CloudflareAccount", "CloudflareServer"]
