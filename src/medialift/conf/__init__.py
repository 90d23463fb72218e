"""Settings, DSN and environment → frozen values, read once."""

from __future__ import annotations

from medialift.conf.dsn import config
from medialift.conf.resolve import MediaOptions, resolve

__all__ = ["MediaOptions", "config", "resolve"]
