"""Fields for serializers of Django REST framework: files in, checked; addresses out, signed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError

from medialift.guarded import Guard
from medialift.images import media_image_url
from medialift.images.request import image_request
from medialift.links import media_url
from medialift.uploads.address import field_at, url_of
from medialift.uploads.received import looked_at, received
from medialift.validators.filetype import words

try:
    from rest_framework import serializers
except ModuleNotFoundError as error:
    from medialift.errors import MissingExtraError

    raise MissingExtraError("Django REST framework is not installed", hint="pip install djangorestframework") from error


class _GivesAddress:
    """Shows a file as its address."""

    expires: object
    download: str | bool
    content_type: str | None = None
    context: dict[str, Any]

    def address(self, value: Any) -> str:
        return media_url(value, expires=self.expires, download=self.download, content_type=self.content_type)

    def to_representation(self, value: Any) -> str | None:
        url = self.address(value)
        request = self.context.get("request")
        return (request.build_absolute_uri(url) if request is not None else url) if url else None


class MediaUrlField(_GivesAddress, serializers.ReadOnlyField):  # type: ignore[misc]
    """A file's address, for reading: ``MediaUrlField(source="file", expires="5m", download=True)``.

    *expires*, *download* and *content_type* are those of :func:`~medialift.links.media_url`.
    """

    def __init__(
        self,
        *,
        expires: object = None,
        download: str | bool = False,
        content_type: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.expires, self.download, self.content_type = expires, download, content_type
        super().__init__(**kwargs)


class MediaImageUrlField(_GivesAddress, serializers.ReadOnlyField):  # type: ignore[misc]
    """An image's address in another size: ``MediaImageUrlField(source="photo", width=640, height=360, fit="cover")``.

    The wishes are those of :func:`~medialift.images.media_image_url`.
    """

    def __init__(
        self,
        *,
        width: Any = None,
        height: Any = None,
        fit: Any = "contain",
        format: Any = "auto",
        quality: Any = None,
        focus: Any = None,
        **kwargs: Any,
    ) -> None:
        self.wishes = {
            "width": width,
            "height": height,
            "fit": fit,
            "format": format,
            "quality": quality,
            "focus": focus,
        }
        image_request(**self.wishes)  # what makes no sense is told when the site starts
        super().__init__(**kwargs)

    def address(self, value: Any) -> str:
        return media_image_url(value, **self.wishes)


class MediaFileField(_GivesAddress, serializers.FileField):  # type: ignore[misc]
    """A file that is checked on its way in, and an address on its way out.

    *accept*, *max_size*, *active* and *limits* are those of the form field
    (:class:`medialift.forms.MediaFileField`).
    """

    takes_images = False

    def __init__(
        self,
        *,
        accept: Sequence[str] = (),
        max_size: int | str | None = None,
        active: str | None = None,
        limits: dict[str, Any] | None = None,
        expires: object = None,
        download: str | bool = False,
        **kwargs: Any,
    ) -> None:
        self.guard = Guard(words(accept), max_size, active, self.takes_images, dict(limits or {}))
        self.expires, self.download = expires, download
        super().__init__(**kwargs)
        self.validators = [*super().validators, *self.guard.rules]

    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = super().run_validation(data)
        return self.guard.cleaned(value) if value else value


class DirectUploadField(_GivesAddress, serializers.FileField):  # type: ignore[misc]
    """Takes the receipt of a file in the bucket, or the file itself, and shows its address.

    *to* is the name of the URL pattern of a :class:`~medialift.uploads.DirectUploadView`, or its address.
    The serializer needs its request as context, as every generic view gives it.
    """

    def __init__(self, to: str, *, expires: object = None, download: str | bool = False, **kwargs: Any) -> None:
        self.to, self.expires, self.download = to, expires, download
        super().__init__(**{"allow_empty_file": True, **kwargs})

    def to_internal_value(self, data: Any) -> Any:
        path = field_at(url_of(self.to))
        if isinstance(data, str) and data:
            file = received(self.context["request"], data, path)
            file.refused = partial(_refused, str(self.field_name))
            return file
        return looked_at(path, super().to_internal_value(data))


def _refused(field: str, error: ValidationError) -> Exception:
    """The answer 400, where the same request was sent twice at once."""
    return serializers.ValidationError({field: error.messages})  # type: ignore[no-any-return]


class MediaImageField(MediaFileField):
    """The same for images: every pixel is decoded, within limits."""

    takes_images = True

    def __init__(self, *, accept: Sequence[str] = ("image/*",), **kwargs: Any) -> None:
        super().__init__(accept=accept, **kwargs)
