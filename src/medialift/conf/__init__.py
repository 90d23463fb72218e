"""Settings, DSN and environment → frozen values, read once."""

from __future__ import annotations

from medialift.conf.dsn import config
from medialift.conf.originals import keep_originals_days
from medialift.conf.resolve import MediaOptions, resolve, slips

__all__ = ["MediaOptions", "config", "keep_originals_days", "resolve", "slips"]
