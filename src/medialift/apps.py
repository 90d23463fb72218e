from __future__ import annotations

from django.apps import AppConfig
from django.core.signals import setting_changed

from medialift.conf.versions import require_django

require_django()


class MedialiftConfig(AppConfig):
    name = "medialift"
    verbose_name = "medialift"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from medialift import checks  # noqa: F401 (registers them)
        from medialift.references import routed_fields  # its models are there only now

        routed_fields.route_fields()
        setting_changed.connect(routed_fields.forget)
