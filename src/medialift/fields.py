"""Model fields that keep bad files out, wherever they come from.

A plain ``FileField`` with ``validators=`` does the same in forms and serializers. These two ask their
rules also where Django asks none: in ``save()``, ``objects.create()`` and ``instance.file.save()``,
before anything is sent to the storage. Migrations see plain Django fields.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.files.base import File
from django.db import models
from django.db.models.fields.files import FieldFile, ImageFieldFile

from medialift import forms
from medialift.doctor.finding import Rule
from medialift.guarded import Guard
from medialift.validators import Candidate, check
from medialift.validators.filetype import words
from medialift.validators.upright import upright_size

NO_VALIDATION = Rule(
    "medialift.E075",
    "{field} checks what is uploaded, and what it needs for that is not installed.",
    "pip install 'django-medialift[validation]'",
)


class _CheckedSave:
    """Saving a file asks the field's rules first: a bad one never reaches the storage."""

    field: Any
    storage: Any

    def save(self, name: str | None, content: Any, save: bool = True) -> None:
        super().save(name, self.field.checked(name, content, self.storage), save)  # type: ignore[misc]


class MediaFieldFile(_CheckedSave, FieldFile):
    pass


class MediaImageFieldFile(_CheckedSave, ImageFieldFile):
    """``width`` and ``height`` are those that people see: a camera's note that it was turned counts."""

    _dimensions_cache: tuple[int | None, int | None]

    def _get_image_dimensions(self) -> tuple[int | None, int | None]:
        if not hasattr(self, "_dimensions_cache"):
            closed = self.closed
            self.open()
            try:
                self._dimensions_cache = upright_size(self)
            finally:
                if closed:
                    self.close()
        return self._dimensions_cache


class _Guarded:
    """The part of both fields that is not Django's."""

    default_validators: Sequence[Any]
    takes_images = False
    django_path: str

    def __init__(
        self,
        *args: Any,
        accept: Sequence[str] = (),
        max_size: int | str | None = None,
        active: str | None = None,
        limits: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.guard = Guard(words(accept), max_size, active, self.takes_images, dict(limits or {}))
        self.default_validators = [*self.default_validators, *self.guard.rules]
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        found = super().check(**kwargs)  # type: ignore[misc]
        if importlib.util.find_spec("puremagic") is None:
            told = NO_VALIDATION.found(field=str(self))
            found = [*found, Error(told.message, hint=told.hint, id=told.id, obj=self)]
        return list(found)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _, args, kwargs = super().deconstruct()  # type: ignore[misc]
        return name, self.django_path, args, kwargs

    def checked(self, name: str | None, content: Any, storage: Any) -> Any:
        """The file to store. Raises ``ValidationError``; an image that a form has decoded is not decoded again."""
        file = content if isinstance(content, File) else File(content, name)
        check(Candidate(str(name or file.name), file.size, file, storage=storage), self.guard.rules)
        return self.guard.cleaned(file, name)

    def formfield(self, **kwargs: Any) -> Any:
        if "form_class" in kwargs:
            return super().formfield(**kwargs)  # type: ignore[misc]
        guard = self.guard
        told = {"accept": guard.accept, "max_size": guard.max_size, "active": guard.active, "limits": guard.limits}
        form_class = forms.MediaImageField if self.takes_images else forms.MediaFileField
        return super().formfield(**{"form_class": form_class, **told, **kwargs})  # type: ignore[misc]


class MediaFileField(_Guarded, models.FileField):  # type: ignore[misc]
    """A ``FileField`` that takes *accept* (``"application/pdf"``, ``".csv"``, ``"image/*"``), up to *max_size*.

    *active* says what happens to HTML and SVG (see :class:`~medialift.guarded.Guard`), *limits* are
    those of :class:`~medialift.validators.ImageContent`.
    """

    attr_class = MediaFieldFile
    django_path = "django.db.models.FileField"


class MediaImageField(_Guarded, models.ImageField):  # type: ignore[misc]
    """An ``ImageField`` whose images are decoded, within limits, before they are stored.

    Its ``width_field`` and ``height_field`` hold the sides as people see them; Django's own exchanges them
    where a camera was turned.
    """

    attr_class = MediaImageFieldFile
    django_path = "django.db.models.ImageField"
    takes_images = True
    knows_upright_size = True
    """Told to :mod:`medialift.images`: its ``width_field`` and ``height_field`` need no second look."""

    def __init__(self, *args: Any, accept: Sequence[str] = ("image/*",), **kwargs: Any) -> None:
        super().__init__(*args, accept=accept, **kwargs)
