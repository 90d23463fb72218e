"""Where a form sends its files, and for which model field that is."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import get_script_prefix, resolve, reverse
from django.urls.exceptions import Resolver404

from medialift.uploads.views import DirectUploadView


def url_of(to: Any) -> str:
    """The address that *to* says: itself if it has a slash, else that of the URL pattern of this name."""
    text = str(to)
    return text if "/" in text else reverse(text)


def field_at(url: str) -> str:
    """The field, ``app_label.Model.field``, that the view at *url* takes files for. Raises ``ImproperlyConfigured``."""
    path = "/" + url.partition("?")[0].removeprefix(get_script_prefix()).removeprefix("/")
    try:
        view: Any = resolve(path).func
    except Resolver404:
        raise ImproperlyConfigured(f"no view of this site answers at {url}") from None
    kind = getattr(view, "view_class", None)
    if kind is None or not issubclass(kind, DirectUploadView):
        raise ImproperlyConfigured(f"the view at {url} is no DirectUploadView")
    field: str = view.view_initkwargs.get("field") or kind.field
    return field
