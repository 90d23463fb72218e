"""Freezing uploads for a moment, so that nothing is written while a site is switched.

``STORAGES`` names one of the storages here, ``MIDDLEWARE`` the middleware; ``manage.py medialift freeze``
turns the freeze on and off for every process of the site.
"""

from __future__ import annotations

from medialift.freeze.middleware import FreezeMiddleware
from medialift.freeze.storages import Freezable, FreezableFileSystemStorage, FreezableMediaStorage

__all__ = ["Freezable", "FreezableFileSystemStorage", "FreezableMediaStorage", "FreezeMiddleware"]
