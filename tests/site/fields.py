"""File fields as other packages make them."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import Storage
from django.db import models
from django.db.models.fields.files import FieldFile, ImageFieldFile

from tests.site.storages import Untouchable


class TenantFieldFile(FieldFile):
    """Every tenant's files lie in a place of their own."""

    @property
    def storage(self) -> Storage:
        row: Any = self.instance
        return Untouchable(f"tenant-{row.tenant}")

    @storage.setter
    def storage(self, value: Storage) -> None:
        """FieldFile's constructor assigns the field's storage; the row decides instead."""


class TenantFileField(models.FileField):
    attr_class = TenantFieldFile


class ArchivingFieldFile(ImageFieldFile):
    """Chooses the storage while it is made, as some packages do."""

    def __init__(self, instance: Any, field: Any, name: str | None) -> None:
        super().__init__(instance, field, name)
        if instance.archived:
            self.storage = Untouchable("archive")


class ArchivingImageField(models.ImageField):
    attr_class = ArchivingFieldFile


class ThumbnailedFieldFile(ImageFieldFile):
    """More methods, and the storage of the field."""

    @property
    def thumbnail_name(self) -> str:
        return f"{self.name}.thumb.jpg"


class ThumbnailedImageField(models.ImageField):
    attr_class = ThumbnailedFieldFile
