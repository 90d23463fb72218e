"""A ready URLconf: ``path("files/", include("medialift.downloads.urls"))``.

It serves by name what ``MEDIALIFT_DOWNLOADS`` says, a dict with the attributes of
:class:`~medialift.downloads.NameDownload`. Without a permission only staff get anything.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import path
from django.utils.module_loading import import_string

from medialift.downloads import NameDownload, is_staff


def _options(said: dict[str, Any]) -> dict[str, Any]:
    """The arguments of ``as_view()``; functions may be written as their dotted path."""
    unknown = [name for name in said if not hasattr(NameDownload, name)]
    if unknown:
        raise ImproperlyConfigured(f"MEDIALIFT_DOWNLOADS does not know {', '.join(unknown)}")
    options = {"permission": is_staff, **said}
    if isinstance(options["permission"], str):
        options["permission"] = import_string(options["permission"])
    return options


app_name = "medialift"
urlpatterns = [
    path("<path:name>", NameDownload.as_view(**_options(getattr(settings, "MEDIALIFT_DOWNLOADS", {}))), name="download")
]
