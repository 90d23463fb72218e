"""The signed address of a rendition: nobody gets a size that the site did not print."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from django.apps import apps
from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.core.files.storage import Storage, storages

from medialift.images.originals import Original
from medialift.images.request import Format, ImageRequest, read_request
from medialift.storage.routes import behind, unwrapped

SALT = "medialift.images"
EXTENSIONS = {
    Format.AVIF: "avif",
    Format.WEBP: "webp",
    Format.JPEG: "jpg",
    Format.PNG: "png",
    Format.GIF: "gif",
}
_FORMATS = {extension: format for format, extension in EXTENSIONS.items()}
_TARGET = re.compile(
    r"(?P<place>[^/]+)/(?P<name>.+)/(?P<wishes>[^/]+?)(?:-e(?P<until>\d{1,12}))?\.(?P<extension>[a-z]{3,4})", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One rendition of one file. ``place`` is an alias of ``STORAGES`` or ``app_label.Model.field``.

    ``until`` is when the address ends (seconds since 1970), ``None`` for never.
    """

    place: str
    name: str
    wished: ImageRequest
    until: int | None = None

    @property
    def target(self) -> str:
        """The readable part of the address."""
        end = f"-e{self.until}" if self.until is not None else ""
        return f"{self.place}/{self.name}/{self.wished.text}{end}.{EXTENSIONS[self.wished.format]}"

    @property
    def signature(self) -> str:
        return signing.Signer(salt=SALT).signature(self.target)

    @property
    def storage(self) -> Storage:
        """Where the file lies. Raises ``LookupError`` for a storage that is there no more."""
        return unwrapped(behind(_storage_at(self.place), self.name))


def opened(signature: str, target: str) -> Ticket:
    """The ticket in an address. Raises ``BadSignature`` for any other than what the site printed, and when it ended."""
    signer = signing.Signer(salt=SALT)
    signer.unsign(f"{target}{signer.sep}{signature}")
    found = _TARGET.fullmatch(target)
    if not found or found["extension"] not in _FORMATS:
        raise signing.BadSignature("no rendition is written like this")
    until = int(found["until"]) if found["until"] else None
    if until is not None and until < time.time():
        raise signing.SignatureExpired("the address has ended")
    try:
        wished = read_request(found["wishes"], _FORMATS[found["extension"]])
    except ValueError as error:
        raise signing.BadSignature(str(error)) from None
    return Ticket(found["place"], found["name"], wished, until)


def place_of(original: Original) -> str:
    """How an address names the storage of *original*. Raises ``ValueError`` for one that has no name."""
    for alias in storages.backends:
        if alias != "staticfiles" and unwrapped(storages[alias]) == original.storage:
            return alias
    if original.field and unwrapped(behind(_storage_at(original.field), original.name)) == original.storage:
        return original.field
    raise ValueError(f"{original.name!r} lies in a storage that is neither an entry of STORAGES nor that of its field")


def _storage_at(place: str) -> Storage:
    if place in storages.backends:
        return storages[place]
    model, _, field = place.rpartition(".")
    try:
        storage: Storage = apps.get_model(model)._meta.get_field(field).storage
    except (FieldDoesNotExist, AttributeError, ValueError) as error:
        raise LookupError(f"{place} names no storage") from error
    return storage
