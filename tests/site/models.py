"""Models of every awkward kind that real sites have. No test may open one of their files."""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

import django
from django.db import models

from tests.site.fields import ArchivingImageField, TenantFileField, ThumbnailedImageField
from tests.site.storages import Untouchable, choose_storage

MEDIA = Untouchable("media")


class Document(models.Model):
    """Two file fields, one of them optional, one with a column of another name."""

    file = models.FileField(storage=MEDIA, max_length=255)
    appendix = models.FileField(storage=MEDIA, null=True, blank=True, db_column="attached_file")


class Invoice(models.Model):
    file = models.FileField(storage=choose_storage)


class TenantFile(models.Model):
    """The row decides where its file lies."""

    tenant = models.CharField(max_length=20)
    file = TenantFileField()


class ArchivedImage(models.Model):
    """The row decides too, and its image has dimensions that Django would read from the file."""

    archived = models.BooleanField(default=False)
    width = models.IntegerField(null=True)
    image = ArchivingImageField(storage=MEDIA, width_field="width")


class Media(models.Model):
    """The parent of a multi-table child."""

    file = models.FileField(storage=MEDIA)


class Video(Media):
    subtitles = models.FileField(storage=MEDIA, blank=True)


class FeaturedMedia(Media):
    class Meta:
        proxy = True


class Avatar(models.Model):
    """Replaced by ``SITE_AVATAR_MODEL``: it has no table."""

    image = models.ImageField(storage=MEDIA)

    class Meta:
        swappable = "SITE_AVATAR_MODEL"


class SquareAvatar(models.Model):
    image = models.ImageField(storage=MEDIA)


class LegacyScan(models.Model):
    """The table belongs to another program and may not be there."""

    file = models.FileField(storage=MEDIA)

    class Meta:
        managed = False
        db_table = "legacy_scan"


class DocumentRow(models.Model):
    """A second, unmanaged view of a table that another model already has."""

    file = models.FileField(storage=MEDIA)

    class Meta:
        managed = False
        db_table = "site_document"


class Signed(models.Model):
    signature = models.FileField(storage=MEDIA)

    class Meta:
        abstract = True


class Contract(Signed):
    """Has its file field from an abstract base."""


class Upload(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    file = models.FileField(storage=MEDIA)


class Page(models.Model):
    slug = models.CharField(primary_key=True, max_length=50)
    file = models.FileField(storage=MEDIA)


class PageDetails(models.Model):
    page = models.OneToOneField(Page, models.CASCADE, primary_key=True)
    file = models.FileField(storage=MEDIA)


class Photo(models.Model):
    """Loading such a row makes Django open the image whenever its dimensions are unknown."""

    image = models.ImageField(storage=MEDIA, width_field="width", height_field="height")
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)


class Picture(models.Model):
    image = ThumbnailedImageField(storage=MEDIA)


class LiveOnly(models.Manager[models.Model]):
    def get_queryset(self) -> models.QuerySet[models.Model]:
        return super().get_queryset().filter(deleted=False)


class SoftDeleted(models.Model):
    """Neither its default nor its base manager shows every row."""

    deleted = models.BooleanField(default=False)
    file = models.FileField(storage=MEDIA)

    objects = LiveOnly()
    everything: models.Manager[Any] = models.Manager()

    class Meta:
        base_manager_name = "objects"
        ordering = ("-file",)


class Audited(models.Model):
    """Saving has side effects."""

    file = models.FileField(storage=MEDIA)

    def save(self, *arguments: Any, **options: Any) -> NoReturn:
        raise AssertionError("a move must not save rows")


class Elsewhere(models.Model):
    """Lives in the database ``second``."""

    file = models.FileField(storage=MEDIA)


if django.VERSION >= (5, 2):

    class Leaf(models.Model):
        """Its key has several columns, and ``str`` of most of them is not what Python would read again."""

        pk = models.CompositePrimaryKey("book", "number", "seen")
        book = models.CharField(max_length=20)
        number = models.UUIDField()
        seen = models.DateTimeField()
        file = models.FileField(storage=MEDIA)

    class Plate(models.Model):
        """The name of its file is part of its key."""

        pk = models.CompositePrimaryKey("book", "file")
        book = models.CharField(max_length=20)
        file = models.FileField(storage=MEDIA)
