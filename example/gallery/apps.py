from __future__ import annotations

from django.apps import AppConfig


class GalleryConfig(AppConfig):
    name = "example.gallery"
    label = "gallery"
    verbose_name = "Gallery"
    default_auto_field = "django.db.models.BigAutoField"
