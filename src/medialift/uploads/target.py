"""The model field that an upload is for: its storage, its store, its rules and its names."""

from __future__ import annotations

import posixpath
import secrets
from functools import cached_property
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation, ValidationError
from django.core.files.base import File
from django.core.files.storage import Storage
from django.db import models
from django.utils.translation import gettext_lazy as _

from medialift.bridge.opened import store_of
from medialift.content_types import guess
from medialift.errors import InvalidKeyError
from medialift.keys import clean_name, key_for
from medialift.storage import MediaStorage
from medialift.storage.routes import behind, unwrapped
from medialift.stores.base import ObjectStore
from medialift.types import Headers
from medialift.validators import Candidate, FileType, Needs, Rule, check, rules_for

BAD_NAME = _("A file of this name cannot be stored. Please rename it.")


class Target:
    """The field *path*, ``app_label.Model.field``, and where its file *name* lies.

    Raises ``ImproperlyConfigured`` if there is no such field.
    """

    def __init__(self, path: str, name: str) -> None:
        self.path, self.name = path, name
        self.field = field_of(path)

    @cached_property
    def storage(self) -> Storage:
        return unwrapped(behind(self.field.storage, self.name))

    @cached_property
    def store(self) -> ObjectStore:
        return store_of(self.storage)

    @property
    def key(self) -> str:
        """Where the file lies once it is taken."""
        return key_for(clean_name(self.name), self.store.traits.key_rules)

    @property
    def rules(self) -> list[Rule]:
        """The field's own; a plain field without any refuses what no site expects."""
        own = [rule for rule in self.field.validators if isinstance(rule, Rule)]
        return own or rules_for(image=isinstance(self.field, models.ImageField))

    @property
    def accept(self) -> str:
        """What a file dialog offers, as the attribute ``accept`` of HTML; empty for everything."""
        named = [word for rule in self.rules if isinstance(rule, FileType) for word in rule.accept]
        return ",".join(named) or ("image/*" if isinstance(self.field, models.ImageField) else "")

    def check_announced(self, size: int) -> None:
        """Ask the rules that can judge by name and size."""
        check(Candidate(self._basename, size, storage=self.storage), self.rules, offers=Needs.NAME)

    def checked(self, file: File[Any], size: int) -> File[Any]:
        """The file to store: *file*, or what is left of it once it was sanitised. Raises ``ValidationError``."""
        file.name = self._basename
        check(Candidate(self._basename, size, file, storage=self.storage), self.rules)
        for validator in self.field.validators:
            if not isinstance(validator, Rule):
                validator(file)
        guard = getattr(self.field, "guard", None)
        file.seek(0)
        return guard.cleaned(file) if guard else file

    def headers(self, first_bytes: bytes) -> Headers:
        """What the store keeps beside the bytes, as if the site had saved them."""
        if isinstance(self.storage, MediaStorage):
            return self.storage.headers_for(self.name, first_bytes)
        return Headers(content_type=guess(self.name, first_bytes))

    def is_held(self) -> bool:
        """Whether a row holds the name already."""
        rows = self.field.model._base_manager.filter(**{self.field.name: self.name})
        return bool(rows.exists())

    @property
    def _basename(self) -> str:
        return posixpath.basename(self.name)


def field_of(path: str) -> Any:
    """The file field ``app_label.Model.field``. Raises ``ImproperlyConfigured``."""
    model, _dot, name = path.rpartition(".")
    try:
        field = apps.get_model(model)._meta.get_field(name)
    except (LookupError, ValueError, models.FieldDoesNotExist):  # type: ignore[attr-defined]
        raise ImproperlyConfigured(f"a field is written as app_label.Model.field, and {path!r} is none") from None
    if not isinstance(field, models.FileField):
        raise ImproperlyConfigured(f"{path} is no file field")
    return field


def new_name(path: str, filename: str, instance: Any) -> str:
    """The name that the server gives the file: the field's ``upload_to``, and an ending that nobody can guess.

    Raises ``ValidationError`` for a file name that cannot be used.
    """
    field = field_of(path)
    try:
        plain = clean_name(field.generate_filename(instance, filename))
    except (SuspiciousOperation, InvalidKeyError):
        raise ValidationError(BAD_NAME, code="bad_name") from None
    folder, base = posixpath.split(plain)
    root, ending = posixpath.splitext(base)
    mark = f"_{secrets.token_hex(8)}"
    room = (field.max_length or 255) - len(posixpath.join(folder, f"{mark}{ending}"))
    if room < 1:
        raise ValidationError(BAD_NAME, code="bad_name")
    return posixpath.join(folder, f"{root[:room]}{mark}{ending}")
