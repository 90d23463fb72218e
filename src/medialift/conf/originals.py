"""For how long at least the originals of a move are kept: the setting ``MEDIALIFT_KEEP_ORIGINALS_DAYS``."""

from __future__ import annotations

from medialift.errors import ConfigError

SETTING = "MEDIALIFT_KEEP_ORIGINALS_DAYS"
DEFAULT = 30


def keep_originals_days() -> int:
    """Days, counted from the switch. Raises :class:`~medialift.errors.ConfigError`."""
    from django.conf import settings

    days = getattr(settings, SETTING, DEFAULT)
    if isinstance(days, bool) or not isinstance(days, int) or days < 1:
        raise ConfigError(f"{SETTING} is no whole number of days from 1 up", hint=f"Set {SETTING} = {DEFAULT}.")
    return days
