"""Settings of the example site; the environment alone decides where its media lie."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import medialift

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("EXAMPLE_DATA", ROOT / "build" / "example")).resolve()
DATA.mkdir(parents=True, exist_ok=True)

SECRET_KEY = "the example guards nothing"
DEBUG = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
ROOT_URLCONF = "example.urls"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.staticfiles", "medialift", "example.gallery"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA / "db.sqlite3"}}

STATIC_URL = "/static/"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA / "media"

DISK = f"file://{quote(str(MEDIA_ROOT))}?base_url={MEDIA_URL}"
STORAGES = {
    # Where the site's media lie: on this disk, until MEDIA_STORAGE_URL names a bucket.
    "default": medialift.config(default=DISK),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    # The two ends of a move keep names of their own, so that the way back stays open after the switch.
    "disk": medialift.config(DISK),
}
if cloud := os.environ.get("CLOUD_STORAGE_URL"):
    STORAGES["cloud"] = medialift.config(cloud)
