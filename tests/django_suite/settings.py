"""Settings of the process in which Django's own tests run: those of Django's test runner, as far as these need them."""

from __future__ import annotations

from typing import Any

SECRET_KEY = "tests-only"
USE_TZ = False
ROOT_URLCONF = "tests.urls"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sites",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "file_storage",
    "file_uploads",
    "model_fields",
]
SITE_ID = 1
STATIC_URL = "static/"
MIGRATION_MODULES = {"auth": None, "contenttypes": None, "sessions": None, "sites": None}
SILENCED_SYSTEM_CHECKS = ["fields.W342"]
DATABASES: dict[str, dict[str, Any]] = {
    alias: {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"} for alias in ("default", "other")
}
