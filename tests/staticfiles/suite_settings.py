"""Settings of the process in which Django's own tests for static files run."""

from __future__ import annotations

from typing import Any

SECRET_KEY = "tests-only"
USE_TZ = False
ROOT_URLCONF = "tests.urls"
INSTALLED_APPS = ["django.contrib.staticfiles", "staticfiles_tests"]
STATIC_URL = "/static/"
TEMPLATES: list[dict[str, Any]] = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "DIRS": []}
]
DATABASES: dict[str, Any] = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
