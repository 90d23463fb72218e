"""Settings for the project's own tests: one small site, nothing of it goes to a network."""

from __future__ import annotations

import os
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.servers import databases

SECRET_KEY = "tests-only"
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
ROOT_URLCONF = "tests.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "medialift",
    "tests.site",
    "tests.cli.scrapbook",
    "tests.cli.albums",
    "tests.desk",
]
MEDIA_ROOT = str(Path(tempfile.gettempdir()) / f"medialift-tests-{os.getpid()}" / "media")
MEDIA_URL = "/media/"
DATABASES: dict[str, dict[str, Any]] = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "second": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
# Who runs one suite with Django's own runner needs no driver of other databases.
if find_spec("psycopg"):
    DATABASES["postgresql"] = databases.postgresql()
if find_spec("pymysql"):
    DATABASES["mariadb"] = databases.mariadb()
DATABASE_ROUTERS = ["tests.site.routers.SecondDatabase"]
SITE_AVATAR_MODEL = "site.SquareAvatar"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
