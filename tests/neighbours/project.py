"""Settings of a site with one package that makes thumbnails.

``SITE_HOME`` says where it lies, ``NEIGHBOUR`` which package, ``BUCKET`` the entry of ``STORAGES`` for the bucket, as
JSON; with ``SWITCHED`` the site runs there.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from tests.neighbours.packages import PACKAGES

HOME = Path(os.environ["SITE_HOME"])

SECRET_KEY = "tests-only"
USE_TZ = True
INSTALLED_APPS = [
    *PACKAGES[os.environ["NEIGHBOUR"]].apps,
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.staticfiles",
    "medialift",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HOME / "db.sqlite3"}}
# Tables at once: three hundred migrations would take longer than everything else here.
MIGRATION_MODULES: dict[str, None] = {app.rpartition(".")[2]: None for app in INSTALLED_APPS}
MIGRATION_MODULES |= {f"wagtail{name}": None for name in ("images", "search", "admin", "users", "core")}
# A new process begins with nothing remembered, as after a deploy.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
ROOT_URLCONF, STATIC_URL = "tests.urls", "/static/"
MEDIA_ROOT, MEDIA_URL = str(HOME / "media"), "/media/"
WAGTAIL_SITE_NAME, WAGTAILADMIN_BASE_URL = "tests", "http://localhost"
_DISK: dict[str, Any] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
_BUCKET: dict[str, Any] = json.loads(os.environ["BUCKET"])
STORAGES = {
    "default": _BUCKET if "SWITCHED" in os.environ else _DISK,
    "cloud": _BUCKET,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

RQ_QUEUES = {"default": {"URL": "redis://127.0.0.1"}}
"""Never asked: django-imagekit asks for the setting wherever django-rq is installed."""
