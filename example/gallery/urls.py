from __future__ import annotations

from django.urls import path

from example.gallery import views

urlpatterns = [
    path("", views.index, name="index"),
    path("albums/<slug:slug>/", views.album, name="album"),
    path("documents/", views.documents, name="documents"),
    path("upload/", views.upload, name="upload"),
]
