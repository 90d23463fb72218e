"""Form fields that take a receipt for a file in the bucket, or a plain file where the browser runs no script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File

from medialift.uploads.address import field_at, url_of
from medialift.uploads.current import current_request
from medialift.uploads.received import looked_at, received
from medialift.uploads.tickets import RECEIPT, unsealed
from medialift.uploads.widgets import DirectUploadInput, MultipleDirectUploadInput, texts_in


class DirectUploadField(forms.FileField):
    """A file field whose file goes straight to the bucket: ``DirectUploadField("invoice-upload")``.

    *to* is the name of the URL pattern of a :class:`~medialift.uploads.DirectUploadView`, or its address.
    That view says for which model field the files are, and so what is accepted. A valid form gives a
    :class:`~medialift.uploads.Received`; save the row, and the file is in its place. Needs
    :class:`~medialift.uploads.UploadsMiddleware`.
    """

    widget = DirectUploadInput

    def __init__(self, to: Any, **kwargs: Any) -> None:
        # Whether a file may be empty is for the rules of the model field to say, however it came.
        super().__init__(**{"allow_empty_file": True, **kwargs})
        self.to = to

    @property
    def to(self) -> Any:
        """Where the files go: set it in a form's ``__init__`` if it depends on the row."""
        return self._to

    @to.setter
    def to(self, to: Any) -> None:
        self._to = self.widget.to = to

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What a form that is shown again begins with: receipts, as no browser can be given a file."""
        return texts_in(data) or super().bound_data(data, initial)

    def to_python(self, data: Any) -> Any:
        """Raises ``ValidationError`` for a receipt that is not this visitor's, or a file that is not accepted."""
        path = field_at(url_of(self.to))
        if isinstance(data, str) and data:
            return received(current_request(), data, path)
        file: Any = super().to_python(data)
        return looked_at(path, file) if isinstance(file, File) else file


class MultipleDirectUploadField(DirectUploadField):
    """The same for several files in one input; a valid form gives a list of them."""

    widget = MultipleDirectUploadInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list) else [data]
        cleaned, problems = [], []
        # A file that is named twice is one file: each look may have to wait for another request.
        for one in {_file_of(one): one for one in given or [None]}.values():
            try:
                cleaned.append(super().clean(one, initial))
            except ValidationError as error:
                problems.append(error)
        if problems:
            raise ValidationError(problems)
        return [one for one in cleaned if one]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial, data or None)


def _file_of(given: Any) -> Any:
    """What tells two files apart: for a receipt, where its file arrived. A file may have many receipts."""
    try:
        return unsealed(given, RECEIPT).key if isinstance(given, str) else given
    except ValidationError:
        return given
