"""A file input that sends its files at once, straight to the bucket, and puts receipts into the form."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.widgets import FILE_INPUT_CONTRADICTION

from medialift.uploads.address import field_at, url_of
from medialift.uploads.assets import SCRIPT, STYLE
from medialift.uploads.target import Target
from medialift.uploads.tickets import RECEIPT, Ticket, unsealed
from medialift.uploads.words import WORDS
from medialift.validators.amounts import amount


class DirectUploadInput(forms.ClearableFileInput):
    """Without JavaScript it is a plain file input, and the form takes its file as ever.

    *to* is the address of a ``DirectUploadView``, or the name of its URL pattern.
    """

    template_name = "medialift/direct_upload.html"

    class Media:
        css = {"all": [STYLE]}  # noqa: RUF012 (Django's way to say it)
        js = [SCRIPT]  # noqa: RUF012

    def __init__(self, to: Any = "", attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.to = to

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        url, widget = url_of(self.to), context["widget"]
        offered = Target(field_at(url), "").accept
        if offered:
            widget["attrs"].setdefault("accept", offered)
        kept = [held for text in texts_in(value) if (held := _kept(text)) is not None]
        # The script puts it back once nothing is left: a browser counts the files of an input alone.
        needed = bool(widget["attrs"].get("required"))
        if kept:
            widget["attrs"]["required"] = False
        told = {
            "url": url,
            "words": {key: str(text) for key, text in WORDS.items()},
            "required": needed,
            "csrf": {"cookie": settings.CSRF_COOKIE_NAME, "header": _header(settings.CSRF_HEADER_NAME)},
        }
        widget.update(received=kept, told=json.dumps(told))
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        sent = super().value_from_datadict(data, files, name)
        receipts = _list(data, name)
        if not receipts or sent is FILE_INPUT_CONTRADICTION:
            return sent
        if sent is False:
            return FILE_INPUT_CONTRADICTION
        return self._together(sent, receipts)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return super().value_omitted_from_data(data, files, name) and name not in data

    def _together(self, sent: Any, receipts: list[str]) -> Any:
        """A file that comes with the form counts more than a receipt: it was chosen later."""
        return sent or receipts[-1]


class MultipleDirectUploadInput(DirectUploadInput):
    """The same for several files in one input."""

    allow_multiple_selected = True

    def _together(self, sent: Any, receipts: list[str]) -> Any:
        return [*(sent or []), *receipts]


def _list(data: Any, name: str) -> list[str]:
    found = data.getlist(name) if hasattr(data, "getlist") else [data.get(name)]
    return [text for text in found if isinstance(text, str) and text]


def texts_in(value: Any) -> list[str]:
    """The receipts among what a form was sent."""
    values = value if isinstance(value, list) else [value]
    return [text for text in values if isinstance(text, str)]


def _kept(receipt: str) -> dict[str, Any] | None:
    """What a form that is shown again says of a file that has arrived: it is not sent a second time."""
    try:
        held: Ticket = unsealed(receipt, RECEIPT)
    except ValidationError:
        return None
    return {"receipt": receipt, "filename": held.filename, "size": amount(held.size)}


def _header(name: str) -> str:
    """``X-CSRFToken``, where Django's setting says ``HTTP_X_CSRFTOKEN``."""
    return name.removeprefix("HTTP_").replace("_", "-")
