"""Form fields that keep bad files out, and say why in words that a visitor understands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.base import File

from medialift.guarded import Guard
from medialift.validators.filetype import words


class MediaFileField(forms.FileField):
    """A file field that takes *accept* (as HTML writes it), up to *max_size* (bytes, or ``"10MB"``).

    The browser's file dialog offers only what is accepted. *active* says what happens to HTML and SVG
    (see :class:`~medialift.guarded.Guard`), *limits* are those of
    :class:`~medialift.validators.ImageContent`.
    """

    takes_images = False

    def __init__(
        self,
        *,
        accept: Sequence[str] = (),
        max_size: int | str | None = None,
        active: str | None = None,
        limits: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.guard = Guard(words(accept), max_size, active, self.takes_images, dict(limits or {}))
        super().__init__(**kwargs)
        self.validators = [*self.validators, *self.guard.rules]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        told = super().widget_attrs(widget)
        if isinstance(widget, forms.FileInput) and "accept" not in widget.attrs and self.guard.html_accept:
            told["accept"] = self.guard.html_accept
        return told

    def clean(self, data: Any, initial: Any = None) -> Any:
        cleaned = super().clean(data, initial)
        return self.guard.cleaned(cleaned) if isinstance(cleaned, File) and cleaned is not initial else cleaned


class MediaImageField(MediaFileField):
    """A field for images: every pixel is decoded, within limits, before the form is valid."""

    takes_images = True

    def __init__(self, *, accept: Sequence[str] = ("image/*",), **kwargs: Any) -> None:
        super().__init__(accept=accept, **kwargs)
