"""Private originals: how long addresses of them last, and who must not get any."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from medialift.bridge.access import access_of
from medialift.errors import ConfigError
from medialift.images.originals import Original
from medialift.storage import MediaStorage


def lasting_of(storage: Any) -> timedelta | None:
    """How long an address of a private storage lasts at least; ``None`` for one that is open to everybody."""
    if access_of(storage) != "private":
        return None
    if isinstance(storage, MediaStorage):
        return storage.options.expires
    return timedelta(seconds=getattr(storage, "querystring_expire", 3600))  # django-storages' word


def refuse_private(original: Original, service: str, hint: str) -> None:
    """Raise ``ConfigError`` for a private original: what *service* made of it would be everybody's."""
    if lasting_of(original.storage) is not None:
        raise ConfigError(f"{original.name!r} is private, and what {service} makes of it would be public", hint=hint)
