from __future__ import annotations

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db.models import Count
from django.forms import modelform_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from example.gallery.models import Album, Document, Photo, Photographer
from example.gallery.thumbnails import thumbnail, thumbnail_name

PhotoForm = modelform_factory(Photo, fields=["album", "title", "image"])


def index(request: HttpRequest) -> HttpResponse:
    context = {
        "albums": Album.objects.annotate(size=Count("photos")),
        "photographers": Photographer.objects.all(),
        "documents": Document.objects.count(),
    }
    return render(request, "gallery/index.html", context)


def album(request: HttpRequest, slug: str) -> HttpResponse:
    chosen = get_object_or_404(Album.objects.prefetch_related("photos__photographer"), slug=slug)
    return render(request, "gallery/album.html", {"album": chosen})


def documents(request: HttpRequest) -> HttpResponse:
    return render(request, "gallery/documents.html", {"documents": Document.objects.all()})


def upload(request: HttpRequest) -> HttpResponse:
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        photo = form.save()
        photo.thumbnail = _save_thumbnail(photo)
        photo.save(update_fields=["thumbnail"])
        return redirect(photo.album)
    return render(request, "gallery/upload.html", {"form": form})


def _save_thumbnail(photo: Photo) -> str:
    with photo.image.open("rb") as picture:
        return default_storage.save(thumbnail_name(str(photo.image)), File(thumbnail(picture)))
