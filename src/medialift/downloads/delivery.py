"""Ways in which a file that may be had reaches the visitor."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect

from medialift.downloads.served import Served
from medialift.downloads.streaming import stream
from medialift.storage import MediaStorage
from medialift.stores.base import ReadsPaths, capability

BUCKET_URL = "X-Medialift-Url"
"""The header in which nginx finds the signed address: X-Accel-Redirect would be decoded, and the signature lost."""


class Delivery(Protocol):
    """Answers with one file."""

    def answer(self, request: HttpRequest, served: Served) -> HttpResponseBase: ...


@dataclass(frozen=True)
class Stream:
    """Through the site's own process, in bounded memory, under WSGI and ASGI."""

    def answer(self, request: HttpRequest, served: Served) -> HttpResponseBase:
        return stream(request, served)


@dataclass(frozen=True)
class Redirect:
    """To a signed address that lasts for a moment. A store that cannot sign, such as a folder, is streamed."""

    def answer(self, request: HttpRequest, served: Served) -> HttpResponseBase:
        if not isinstance(served.storage, MediaStorage) or not served.storage.signs:
            return stream(request, served)
        response = HttpResponseRedirect(signed_address(request, served, served.storage))
        response["Cache-Control"] = "private, no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response


@dataclass(frozen=True)
class Nginx:
    """Hands over to nginx, with X-Accel-Redirect.

    A file on disk goes to the internal location *files*, whose ``alias`` is the storage's folder. An
    object goes to the internal location *bucket*, which passes the request on to the signed address.
    """

    files: str = "/medialift-files/"
    bucket: str = "/medialift-bucket"

    def answer(self, request: HttpRequest, served: Served) -> HttpResponseBase:
        response = HttpResponse()
        served.protect(response)
        store, key = served.opened()
        if capability(store, ReadsPaths) is not None:
            response["X-Accel-Redirect"] = quote(f"{self.files.rstrip('/')}/{key}", safe="/")
        elif isinstance(served.storage, MediaStorage) and served.storage.signs:
            response["X-Accel-Redirect"] = self.bucket
            response[BUCKET_URL] = signed_address(request, served, served.storage)
        else:
            raise ImproperlyConfigured("nginx can fetch files from a folder, or from a store that signs addresses")
        return response


@dataclass(frozen=True)
class Apache:
    """Hands over to Apache's mod_xsendfile; for storages that keep their files in a folder."""

    def answer(self, request: HttpRequest, served: Served) -> HttpResponseBase:
        store, key = served.opened()
        paths = capability(store, ReadsPaths)
        if paths is None:
            raise ImproperlyConfigured("X-Sendfile serves files from a folder: use Redirect() or Stream() for a bucket")
        response = HttpResponse()
        served.protect(response)
        # The module takes the bytes of the path as they are, and Django writes headers in Latin-1.
        response["X-Sendfile"] = os.fsencode(paths.path_of(key)).decode("latin-1")
        return response


def signed_address(request: HttpRequest, served: Served, storage: MediaStorage) -> str:
    """The address of the file at its service, good for GET, or for HEAD where that is asked and can be signed."""
    filename = None if served.is_shown else served.filename
    if request.method == "HEAD":
        with suppress(ValueError):
            return storage.url(served.name, expire=served.expires, http_method="HEAD", filename=filename)
    return storage.url(served.name, expire=served.expires, filename=filename)


BY_NAME: dict[str, Delivery] = {
    "redirect": Redirect(),
    "stream": Stream(),
    "nginx": Nginx(),
    "apache": Apache(),
}
"""What settings and views may say in the place of an object."""
