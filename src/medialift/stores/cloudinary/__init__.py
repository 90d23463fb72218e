"""Cloudinary, by its Upload and Admin APIs.

Spoken to through httpx and not through Cloudinary's own package: that one keeps its credentials in the
process, where two stores would share them, reads whole answers into memory, and tells refusals by their
text alone. What it signs and how it writes addresses is small, and the tests hold both against it.
"""

from __future__ import annotations

from medialift.stores.cloudinary.store import CloudinaryStore

__all__ = ["CloudinaryStore"]
