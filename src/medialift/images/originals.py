"""The image that another size is wished of: where it lies, and what is known of it without opening it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.files.storage import Storage, default_storage

from medialift.content_types import UNKNOWN, guess
from medialift.images.geometry import Size
from medialift.images.request import Format
from medialift.keys import clean_name
from medialift.storage.routes import behind, unwrapped

SHOWN = {
    "image/jpeg": Format.JPEG,
    "image/png": Format.PNG,
    "image/gif": Format.GIF,
    "image/webp": Format.WEBP,
    "image/avif": Format.AVIF,
}
"""Types that browsers show, and that other sizes are made of."""
UPRIGHT = ("image/png", "image/gif")
"""Types that cameras do not write: what Django read as the size is how the image is seen."""


@dataclass(frozen=True)
class Original:
    """*storage* is the one that really holds it; ``field`` is ``app_label.Model.field``, empty for a mere name.

    ``size`` is that of the upright image in pixels, ``None`` where only its bytes could tell.
    """

    storage: Storage
    name: str
    field: str = ""
    size: Size | None = None

    @property
    def kind(self) -> str:
        """The media type by its name."""
        return guess(self.name)

    @property
    def may_be_resized(self) -> bool:
        """Whether it is made of pixels, by its name. An SVG has every size, and is never made into pixels here."""
        return self.kind in SHOWN or self.kind == UNKNOWN

    @property
    def format(self) -> Format:
        """What ``format="original"`` means for it."""
        return SHOWN.get(self.kind, Format.WEBP)


def original_of(file: Any, storage: Storage | None = None) -> Original | None:
    """The original that *file* is: a field's file, or a name in *storage* (the default one). ``None`` for no file.

    Opens nothing. Raises ``InvalidKeyError`` for a name that leads out of the storage.
    """
    name = str(getattr(file, "name", file) or "")
    if not name:
        return None
    place = getattr(file, "storage", None) or storage or default_storage
    return Original(unwrapped(behind(place, name)), clean_name(name), _label(file), _known_size(file, guess(name)))


def _label(file: Any) -> str:
    field = getattr(file, "field", None)
    model = getattr(field, "model", None)
    return f"{model._meta.label}.{field.name}" if model is not None and field is not None else ""


def _known_size(file: Any, kind: str) -> Size | None:
    """What the row's ``width_field`` and ``height_field`` say, where that is the size of the upright image.

    Django's own ``ImageField`` writes down the sides before a camera's photo is turned.
    """
    field, row = getattr(file, "field", None), getattr(file, "instance", None)
    columns = getattr(field, "width_field", None), getattr(field, "height_field", None)
    if row is None or not all(columns) or not (kind in UPRIGHT or getattr(field, "knows_upright_size", False)):
        return None
    width, height = (getattr(row, str(column), None) for column in columns)
    return (width, height) if width and height else None
