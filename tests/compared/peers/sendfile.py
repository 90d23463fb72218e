"""django-sendfile2, with the server of its own that every site has."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.test import Client
from django.test.utils import override_settings
from django.urls import path
from django_sendfile import sendfile
from django_sendfile.utils import _get_sendfile

from tests.compared import downloads
from tests.compared.downloads import answer
from tests.compared.rows import row
from tests.compared.site import HOME


def download(request: HttpRequest, name: str) -> Any:
    return sendfile(request, str(HOME / name))


def from_bucket(request: HttpRequest) -> Any:
    return sendfile(request, "https://bucket.s3.amazonaws.com/a.txt?X-Amz-Signature=0")


urlpatterns = [path("private/<name>", download), path("bucket/", from_bucket)]


@row("Range", seen=200)
def ranges() -> int:
    return downloads.ranges()


@row("HEAD, If-Modified-Since", seen=[200, 304])
def conditions() -> list[int]:
    return downloads.conditions()


@row("ETag", seen=True)
def etag() -> bool:
    return downloads.etag()


@row("64 MiB under ASGI", seen={"streaming": False})
def under_asgi() -> dict[str, bool]:
    return {"streaming": answer("a.txt").streaming}


@row("HTML and SVG", seen=["text/html", None, None])
def pages() -> list[str | None]:
    given = answer("a.html", b"<html>")
    told = [given.get(name) for name in ("Content-Type", "Content-Security-Policy", "X-Content-Type-Options")]
    return [str(told[0]).partition(";")[0], *told[1:]]


@row("X-Accel-Redirect to a bucket's object", seen=404)
def to_a_bucket() -> int:
    """A signed address, where a path is asked for."""
    with override_settings(SENDFILE_BACKEND="django_sendfile.backends.nginx", SENDFILE_URL="/internal"):
        _get_sendfile.cache_clear()
        found = Client().get("/bucket/").status_code
    _get_sendfile.cache_clear()
    return found
