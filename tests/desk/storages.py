"""Another default storage for the time of a test."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from django.core.files.storage import storages
from django.test import override_settings


@contextlib.contextmanager
def stored(entries: dict[str, Any], **settings: Any) -> Iterator[None]:
    """Override ``STORAGES`` with *entries*. Django 4.2's own way loses the OPTIONS of the default one."""
    with override_settings(STORAGES=entries, **settings):
        storages.backends = dict(entries)
        yield
