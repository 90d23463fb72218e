"""Renditions in the store: found, or made and kept once."""

from __future__ import annotations

import logging
import tempfile
from dataclasses import dataclass
from shutil import copyfileobj
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage

from medialift.bridge.opened import store_of
from medialift.errors import AlreadyExistsError, NotFoundError, StoreError, TooLargeError, UploadsFrozenError
from medialift.images.embedded.render import LIMITS, check_writable, render
from medialift.images.embedded.tickets import EXTENSIONS
from medialift.images.request import ImageRequest
from medialift.keys import key_for
from medialift.renditions import rendition_name
from medialift.storage.files import creates_atomically
from medialift.stores.base import ObjectStore
from medialift.types import Headers, ObjectInfo
from medialift.validators import ImageContent

LARGEST_ORIGINAL = 100 * 2**20
"""Bytes; a larger file is no photo that a page could wait for."""
IN_MEMORY = 8 * 2**20
FOR_GOOD = "max-age=31536000, immutable"
"""The name of a rendition changes whenever its bytes would."""

log = logging.getLogger("medialift.images")


@dataclass(frozen=True)
class Rendition:
    """``name`` is where it lies in the storage; ``unkept`` its bytes where it could not be stored."""

    name: str
    unkept: bytes | None = None


def rendition(
    storage: Storage, name: str, wished: ImageRequest, *, public: bool, limits: ImageContent = LIMITS
) -> Rendition:
    """The rendition of the file called *name*; made and stored if it is not there yet.

    Two requests to the store where it is there, four where it is not. Of several workers that make it at
    once one stores it, and the others find that it did. Raises ``NotFoundError`` without the
    original, Django's ``ValidationError`` for what is no image, and what :func:`render` and stores raise.
    """
    store = store_of(storage)
    key = key_for(name, store.traits.key_rules)
    found = _name(store.head(key), name, wished)
    if _exists(store, found):
        return Rendition(found)
    check_writable(wished.format)
    with store.get(key) as download, tempfile.SpooledTemporaryFile(IN_MEMORY) as original:
        info = download.info
        if info.size > LARGEST_ORIGINAL:
            raise TooLargeError("the original is too large to be resized", key=key)
        copyfileobj(download, original)
        original.seek(0)
        data = render(original, wished, limits)
    found = _name(info, name, wished)  # the original may have been replaced since it was looked at
    return Rendition(found, None if _kept(storage, store, found, data, wished, public) else data)


def _name(original: ObjectInfo, name: str, wished: ImageRequest) -> str:
    return rendition_name(name, original, wished.text, EXTENSIONS[wished.format])


def _kept(storage: Any, store: ObjectStore, name: str, data: bytes, wished: ImageRequest, public: bool) -> bool:
    """Store it. Whoever may not write, now or ever, still shows the image: only the work is done again."""
    refuse = getattr(storage, "refuse_frozen", None)
    headers = Headers(wished.format.media_type, f"{'public' if public else 'private'}, {FOR_GOOD}")
    atomic = creates_atomically(store.traits, ContentFile(data))
    try:
        if refuse is not None:
            refuse("save", name)
        store.put(key_for(name, store.traits.key_rules), data, headers=headers, if_absent=atomic)
    except AlreadyExistsError:
        return True  # another worker was faster, with the same bytes
    except UploadsFrozenError:
        return False
    except StoreError:
        log.warning("A rendition of an image could not be stored, and is made anew each time.", exc_info=True)
        return False
    return True


def _exists(store: ObjectStore, name: str) -> bool:
    try:
        store.head(key_for(name, store.traits.key_rules))
    except NotFoundError:
        return False
    return True
