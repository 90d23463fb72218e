"""Addresses of files, as templates and serializers ask for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.storage import Storage, default_storage

from medialift.conf import parse
from medialift.storage import MediaStorage
from medialift.storage.routes import behind


def media_url(
    file: Any,
    *,
    expires: object = None,
    download: str | bool = False,
    content_type: str | None = None,
    storage: Storage | None = None,
) -> str:
    """The address of *file*, a field's file or a name in *storage* (the default one); empty for no file.

    *expires* is seconds, a ``timedelta``, or ``"15m"``. With *download* browsers save the file, under
    that name or, for ``True``, its own. *content_type* has it answered as that type. A store that
    cannot sign (a folder, while developing) gives its plain address: nothing is private there.
    Sends no request, but for services that sign URLs themselves.
    """
    name = str(getattr(file, "name", file) or "")
    if not name:
        return ""
    place = getattr(file, "storage", None) or storage or default_storage
    filename = name.rpartition("/")[2] if download is True else (download or None)
    try:
        lasting: timedelta | None = parse.duration(expires) if expires is not None else None
    except ValueError as error:
        raise ValueError(f"expires is {error}, not {expires!r}") from None
    place = behind(place, name)
    if not isinstance(place, MediaStorage) or not place.signs:
        return str(place.url(name))
    return place.url(name, expire=lasting, filename=filename, content_type=content_type)
