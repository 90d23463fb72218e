"""Move a Django site's media to object storage, prove that every file arrived, and run them there."""

from __future__ import annotations

__version__ = "0.1.0"
