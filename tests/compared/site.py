"""Settings of a site with one of the packages.

``PEER`` says which, ``SITE_HOME`` where the site lies, ``SERVER`` where its bucket is, as JSON.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

HOME = Path(os.environ["SITE_HOME"])
PEER = os.environ["PEER"]
SERVER: dict[str, str] = json.loads(os.environ["SERVER"])

APPS = {
    "private_storage": ["private_storage"],
    "s3_file_field": ["rest_framework", "s3_file_field"],
    "easy_thumbnails": ["easy_thumbnails", "sorl.thumbnail"],
}
S3 = {
    "bucket_name": SERVER["bucket"],
    "region_name": SERVER["region"],
    "endpoint_url": SERVER["endpoint_url"],
    "access_key": SERVER["access_key_id"],
    "secret_key": SERVER["secret_access_key"],
    "addressing_style": "path",
}

SECRET_KEY = "tests-only"
USE_TZ = True
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "medialift",
    "tests.compared",
    *APPS.get(PEER, []),
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MIGRATION_MODULES: dict[str, None] = {app.rpartition(".")[2]: None for app in INSTALLED_APPS}
ROOT_URLCONF = f"tests.compared.peers.{PEER}"
MEDIA_ROOT, MEDIA_URL = str(HOME), "/media/"
PRIVATE_STORAGE_ROOT = SENDFILE_ROOT = str(HOME)
PRIVATE_STORAGE_INTERNAL_URL = "/private-x-accel-redirect/"
PRIVATE_STORAGE_AUTH_FUNCTION = "tests.compared.permission.may_have"
SENDFILE_BACKEND = "django_sendfile.backends.simple"
_THEIRS: dict[str, Any] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": S3}
_OPTIONS = {"provider": "minio", "bucket": S3["bucket_name"], "region": S3["region_name"]}
_OPTIONS |= {name: SERVER[name] for name in ("endpoint_url", "access_key_id", "secret_access_key")}
_OURS: dict[str, Any] = {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": _OPTIONS}
STORAGES = {
    "default": _OURS if PEER == "easy_thumbnails" else _THEIRS,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
