from __future__ import annotations

from django.conf import settings
from django.conf.urls.static import static
from django.urls import include, path

urlpatterns = [
    path("", include("example.gallery.urls")),
    # Serves MEDIA_ROOT while the site keeps its media on disk; with media in a bucket nothing asks for it.
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
