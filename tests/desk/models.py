"""What visitors send in, and who may have it back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from medialift.fields import MediaFileField, MediaImageField
from medialift.storage import MediaStorage
from medialift.validators import ActiveContent, FileSize, FileType, ImageContent, OneFormat

DESK: Any = MediaStorage(provider="memory")


class Submission(models.Model):
    """Every kind of field: one of ours, one for images, and a plain one with rules."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, db_constraint=False)
    paper = MediaFileField(
        storage=DESK, upload_to="papers", accept=[".pdf", ".txt", ".svg"], max_size="20KB", blank=True
    )
    photo = MediaImageField(storage=DESK, upload_to="photos", limits={"max_pixels": 10_000}, blank=True)
    plain = models.FileField(
        storage=DESK,
        upload_to="plain",
        blank=True,
        validators=[FileSize("20KB"), FileType(["image/*"]), ActiveContent(), OneFormat(), ImageContent(required=True)],
    )

    class Meta:
        app_label = "desk"

    def __str__(self) -> str:
        return f"submission {self.pk}"
