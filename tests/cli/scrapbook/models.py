from __future__ import annotations

from django.db import models


class Sticker(models.Model):
    image = models.FileField(upload_to="stickers/", max_length=200)


class Postcard(models.Model):
    """Two files, the second of which may be empty."""

    front = models.FileField(upload_to="postcards/", max_length=200)
    back = models.FileField(upload_to="postcards/", max_length=200, null=True, blank=True)
