"""django-private-storage, with its own server in Django."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import include, path
from private_storage.fields import PrivateFileField
from private_storage.models import PrivateFile
from private_storage.servers import NginxXAccelRedirectServer
from private_storage.views import PrivateStorageView

from tests.compared import downloads
from tests.compared.downloads import answer
from tests.compared.rows import row

PAGE = b"<html><script>alert(1)</script>"


class MethodView(PrivateStorageView):  # type: ignore[misc]
    def can_access_file(self, private_file: Any) -> bool:
        return "anybody" in str(private_file.relative_name)


urlpatterns = [path("method/<path:path>", MethodView.as_view()), path("private/", include("private_storage.urls"))]


@row("HTML, sent as `image/jpeg`, passes a field for JPEG", seen=True)
def browsers_word() -> bool:
    return passes("image/jpeg")


@row("reads the bytes of an upload", seen=[True, False])
def bytes_are_not_read() -> list[bool]:
    """The same bytes pass or not by the browser's word alone."""
    return [passes("image/jpeg"), passes("text/html")]


def passes(sent_as: str) -> bool:
    field = PrivateFileField("file", content_types=["image/jpeg"], upload_to="x")
    form_file: Any = SimpleUploadedFile("a.jpg", PAGE, sent_as)
    value = type("Value", (), {"file": form_file, "name": "a.jpg", "size": len(PAGE), "_committed": False})()
    try:
        field.clean(value, None)
    except ValidationError:
        return False
    return True


@row("asks for permission", seen=[200, 403, 200, 403])
def permission() -> list[int]:
    by_function = [answer(name).status_code for name in ("open.txt", "secret.txt")]
    return by_function + [answer(name, at="method").status_code for name in ("anybody.txt", "nobody.txt")]


@row("a stranger's answer tells what exists", seen=[403, 403])
def what_exists() -> list[int]:
    return [answer("secret.txt").status_code, Client().get("/private/secret-that-is-not.txt").status_code]


@row("Range", seen=200)
def ranges() -> int:
    return downloads.ranges()


@row("HEAD, If-Modified-Since", seen=[200, 304])
def conditions() -> list[int]:
    return downloads.conditions()


@row("ETag", seen=False)
def etag() -> bool:
    return downloads.etag()


@row("64 MiB under ASGI", seen={"streaming": True, "async": False})
def under_asgi() -> dict[str, bool]:
    """Of a stream that is not async, Django's ASGI handler makes a list first."""
    given = answer("a.txt")
    return {"streaming": given.streaming, "async": given.is_async}


@row("HTML and SVG", seen=["text/html", None, None])
def pages() -> list[str | None]:
    given = answer("a.html", PAGE)
    return [given.get(name) for name in ("Content-Type", "Content-Security-Policy", "X-Content-Type-Options")]


@row("X-Accel-Redirect to a bucket's object", seen="/private-x-accel-redirect/a.txt")
def to_a_bucket() -> str:
    """Of the django-storages' storage of a private bucket."""
    file = PrivateFile(RequestFactory().get("/"), default_storage, "a.txt")
    return str(NginxXAccelRedirectServer.serve(file)["X-Accel-Redirect"])
