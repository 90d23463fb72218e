from __future__ import annotations

from django.apps import AppConfig


class MedialiftConfig(AppConfig):
    name = "medialift"
    verbose_name = "medialift"
    default_auto_field = "django.db.models.BigAutoField"
