"""Settings of the site whose media are moved; ``BENCH_SITE`` holds what differs between runs, as JSON."""

from __future__ import annotations

import json
import os
from typing import Any

SITE: dict[str, Any] = json.loads(os.environ["BENCH_SITE"])

SECRET_KEY = "benchmarks-only"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.contenttypes", "medialift", "benchmarks.site"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": SITE["database"]}
MEDIA_ROOT = SITE["media"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "cloud": {
        "BACKEND": "medialift.storage.MediaStorage",
        "OPTIONS": {
            "provider": SITE["provider"],
            "bucket": SITE["bucket"],
            "region": "us-east-1",
            "endpoint_url": SITE["endpoint_url"],
            "access_key_id": SITE["access_key_id"],
            "secret_access_key": SITE["secret_access_key"],
            "addressing_style": "path",
            **({"verify": SITE["ca_file"]} if SITE["ca_file"] else {}),
        },
    },
}
if SITE["peer"]:
    # Only where it is measured: a site that moves its media with medialift need not have it.
    STORAGES["storages"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": SITE["bucket"],
            "region_name": "us-east-1",
            "endpoint_url": SITE["endpoint_url"],
            "access_key": SITE["access_key_id"],
            "secret_key": SITE["secret_access_key"],
            "addressing_style": "path",
            "file_overwrite": False,
            **({"verify": SITE["ca_file"]} if SITE["ca_file"] else {}),
        },
    }
if "BROKER" in os.environ:
    from benchmarks.site import queue  # noqa: F401 - what a project's __init__ does
