"""The one sentence that a site on an old Django gets to read."""

from __future__ import annotations

import django

from medialift.errors import ConfigError

OLDEST = (4, 2)


def require_django(version: tuple[int, ...] = tuple(django.VERSION[:2])) -> None:
    """Raise :class:`ConfigError` below Django 4.2, which brought the ``STORAGES`` setting."""
    if version < OLDEST:
        raise ConfigError(
            f"Django {'.'.join(map(str, version))} has no STORAGES setting, through which medialift is configured",
            hint="Upgrade Django: pip install 'django>=4.2'",
        )
