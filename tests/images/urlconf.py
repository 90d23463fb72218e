from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("images/", include("medialift.images.urls"))]
