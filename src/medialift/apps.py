from __future__ import annotations

from django.apps import AppConfig

from medialift.conf.versions import require_django

require_django()


class MedialiftConfig(AppConfig):
    name = "medialift"
    verbose_name = "medialift"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from medialift import checks  # noqa: F401 (registers them)
