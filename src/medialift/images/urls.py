"""Where the embedded engine gives its images: ``path("images/", include("medialift.images.urls"))``."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from medialift.images.embedded.view import RenditionView


class Anything(StringConverter):
    """Names of files hold slashes, and whatever else people put there."""

    regex = r"[\s\S]+"


register_converter(Anything, "medialift_anything")

app_name = "medialift_images"
urlpatterns = [path("<slug:signature>/<medialift_anything:target>", RenditionView.as_view(), name="rendition")]
