"""Whether a storage's files are for everybody, as its settings say; what the bucket really does is asked elsewhere."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import Storage

from medialift.storage import MediaStorage
from medialift.storage.routes import unwrapped


def access_of(storage: Storage) -> str:
    """``"public"``, ``"private"``, or ``""`` where the storage does not say. Raises ``ConfigError``."""
    found: Any = unwrapped(storage)
    if isinstance(found, MediaStorage):
        return found.options.access
    signs = getattr(found, "querystring_auth", None)  # django-storages' word
    return "" if signs is None else "private" if signs else "public"
