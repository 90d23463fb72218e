"""Where Celery looks for the tasks of an installed app."""

from __future__ import annotations

from contextlib import suppress

with suppress(ModuleNotFoundError):
    from medialift.workers.celery import copy_shards

    __all__ = ["copy_shards"]
