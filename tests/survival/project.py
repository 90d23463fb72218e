"""Settings of the sites that are moved here; what differs between them lies in ``site.json`` in ``SITE_HOME``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pymysql

HOME = Path(os.environ["SITE_HOME"])
SITE: dict[str, Any] = json.loads((HOME / "site.json").read_text(encoding="utf-8"))

SECRET_KEY = "tests-only"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.contenttypes", "medialift", "tests.cli.scrapbook"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = SITE["databases"]
if any(entry["ENGINE"].endswith(".mysql") for entry in DATABASES.values()):
    pymysql.install_as_MySQLdb()
MEDIA_ROOT = SITE["media"]
STORAGES = SITE["storages"]
