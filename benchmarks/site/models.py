"""One model with one file, as half of all sites have it."""

from __future__ import annotations

from django.db import models


class Photo(models.Model):
    image = models.ImageField(upload_to="photos/", max_length=200)
