"""A file that arrived in the bucket and waits for its row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.images import ImageFile
from django.db import models
from django.db.models.fields.files import FieldFile
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from medialift.errors import StoreError
from medialift.uploads import steps
from medialift.uploads.again import NotTakenError
from medialift.uploads.target import Target, field_of
from medialift.uploads.tickets import Ticket

UNAVAILABLE = _("The file could not be looked at. Please try again.")


class Received(FieldFile):
    """What a form gives for a receipt. Assign it to the model field that it was uploaded for, and save the row.

    Saving brings the file to its place, within the bucket. Until then it can be read where it arrived,
    and nothing is left behind if the row is never saved. ``filename`` is the visitor's name of the file.
    """

    was_looked_at = True
    refused: Callable[[ValidationError], Exception] = NotTakenError
    """What saving the row raises, where the file was taken by another request since the form was found valid."""

    def __init__(self, held: Ticket) -> None:
        super().__init__(None, field_of(held.field), held.name)  # type: ignore[arg-type]
        self.held, self.filename, self.content_type = held, held.filename, held.content_type
        self._file: File[Any] | None = None
        self._committed = False

    def claim(self) -> str:
        """Bring the file to its place, and return the name to store. Raises ``ValidationError``, or what is refused."""
        self.close()
        self._file = None
        try:
            self.name = steps.take(self.held)
        except ValidationError as error:
            raise self.refused(error) from None
        self._committed = True
        return self.name

    def save(self, name: str | None = None, content: Any = None, save: bool = True) -> None:
        """What Django calls when the row is saved; *name* and *content* are known already."""
        row: Any = self.instance
        if not isinstance(row, self.field.model) or vars(row).get(self.field.attname) is not self:
            raise ValueError(f"this file was uploaded for {self.held.field}, and for no other field")
        setattr(row, self.field.attname, self.claim())
        if save:
            row.save()

    @property
    def size(self) -> int:
        return self.held.size

    def _get_file(self) -> Any:
        # Django hands it to save(), which needs none of its bytes: nothing is read before somebody does.
        return self._file or SimpleLazyObject(self._opened)

    def _set_file(self, file: Any) -> None:
        self._file = file

    def _del_file(self) -> None:
        self._file = None

    file = property(_get_file, _set_file, _del_file)

    def open(self, mode: str | None = "rb", *args: Any, **kwargs: Any) -> Received:
        if mode != "rb":
            raise ValueError("a file that was uploaded can be read, and not written")
        self._opened().seek(0)
        return self

    def _opened(self) -> File[Any]:
        if self._file is None or self._file.closed:
            stored = self._committed and self.name
            self._file = self.storage.open(stored, "rb") if stored else steps.opened_for_reading(self.held)
        return self._file

    def __getstate__(self) -> dict[str, Any]:
        told = {name: value for name, value in vars(self).items() if name not in ("instance", "field", "storage")}
        return {**told, "_file": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self.instance, self.field = None, field_of(self.held.field)  # type: ignore[assignment]
        self.storage = self.field.storage


class ReceivedImage(ImageFile, Received):
    """The same for an ``ImageField``: it has a width and a height."""


def received(request: HttpRequest, receipt: str, field: str) -> Received:
    """The file of a receipt for *field*, ``app_label.Model.field``.

    Raises ``ValidationError`` if it is not this visitor's, or the file is gone, another one, or a row's already.
    """
    held = steps.receipt_of(request, receipt, field)
    try:
        steps.check_waiting(held)
    except StoreError as error:
        raise ValidationError(UNAVAILABLE, code="unavailable") from error
    return ReceivedImage(held) if isinstance(field_of(field), models.ImageField) else Received(held)


def looked_at(field: str, file: File[Any]) -> File[Any]:
    """A file that came with the form itself, judged as one that was uploaded. Raises ``ValidationError``."""
    given = file.name
    kept = Target(field, str(given)).checked(file, file.size)
    kept.name = given
    return kept
