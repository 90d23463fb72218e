"""Rows whose key has several columns, as Django knows them since 5.2."""

from __future__ import annotations

import django
from django.db import models

if django.VERSION >= (5, 2):

    class AlbumPicture(models.Model):
        pk = models.CompositePrimaryKey("album", "number")
        album = models.CharField(max_length=20)
        number = models.IntegerField()
        file = models.FileField(upload_to="pictures/", max_length=200)
