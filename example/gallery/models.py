"""Models of the kinds that real sites have: each file field here is one that a move must get right."""

from __future__ import annotations

import uuid

from django.core.files.storage import default_storage
from django.db import models
from django.urls import reverse


class Album(models.Model):
    title = models.CharField(max_length=80)
    slug = models.SlugField(unique=True)
    story = models.TextField(blank=True)
    cover = models.ImageField(upload_to="covers/", blank=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("album", args=[self.slug])


class Photographer(models.Model):
    """Has a UUID as its key, and a portrait that may be NULL."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    portrait = models.ImageField(upload_to="portraits/", blank=True, null=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Photo(models.Model):
    """Keeps its picture's width and height beside it: assigning a name here opens the file."""

    album = models.ForeignKey(Album, on_delete=models.CASCADE, related_name="photos")
    photographer = models.ForeignKey(Photographer, on_delete=models.SET_NULL, blank=True, null=True)
    title = models.CharField(max_length=120)
    image = models.ImageField(upload_to="photos/%Y/%m/", width_field="width", height_field="height", max_length=255)
    width = models.PositiveIntegerField(blank=True, null=True, editable=False)
    height = models.PositiveIntegerField(blank=True, null=True, editable=False)
    thumbnail = models.CharField(max_length=255, editable=False)
    """A name in a plain column, as thumbnail packages and JSON keep them: no field knows of this file."""

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def thumbnail_url(self) -> str:
        return default_storage.url(self.thumbnail)


class Print(Photo):
    """A photo that is sold on paper: a multi-table child with a file of its own."""

    certificate = models.FileField(upload_to="prints/", blank=True)
    edition = models.PositiveSmallIntegerField(default=25)


class Document(models.Model):
    """Minutes, reports, scans; its file may be NULL, and its name long."""

    title = models.CharField(max_length=300)
    file = models.FileField(upload_to="documents/", max_length=500, blank=True, null=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title
