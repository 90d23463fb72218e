"""Settings of a site for tests that need a process of their own; ``SITE_HOME`` says where it lies."""

from __future__ import annotations

import os
from pathlib import Path

HOME = Path(os.environ["SITE_HOME"])

SECRET_KEY = "tests-only"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.contenttypes", "medialift", "tests.cli.scrapbook"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HOME / "db.sqlite3"}}
MEDIA_ROOT = str(HOME / "media")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "cloud": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(HOME / "cloud")},
    },
}
