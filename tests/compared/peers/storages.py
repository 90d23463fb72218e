"""django-storages, as a site writes it into ``STORAGES``."""

from __future__ import annotations

import time
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from storages.backends.s3 import S3Storage

from tests.compared.rows import row
from tests.compared.site import S3
from tests.images.pictures import announced, corners, saved

urlpatterns: list[Any] = []


@row("`cat.jpg`, sent as `text/html`, is stored as", seen="text/html")
def stored_type() -> str:
    name = default_storage.save("cat.jpg", SimpleUploadedFile("cat.jpg", saved(corners(), "JPEG"), "text/html"))
    kept: Any = default_storage
    return str(kept.bucket.Object(name).content_type)


def takes(name: str, data: bytes) -> bool:
    """Whether these bytes are stored under this name, sent as an image."""
    return default_storage.exists(default_storage.save(name, SimpleUploadedFile(name, data, "image/png")))


@row("reads the bytes of an upload", seen=True)
def a_page_is_taken() -> bool:
    return takes("page.png", b"<html><script>alert(1)</script>")


@row("images decoded within limits", seen=True)
def a_bomb_is_taken() -> bool:
    return takes("bomb.png", announced(60_000, 60_000))


@row("a signed address is the same a second later", seen=False)
def same_address() -> bool:
    first = default_storage.url("cat.jpg")
    time.sleep(1.1)
    return first == default_storage.url("cat.jpg")


@row("a private file at a custom domain, without CloudFront", seen="https://cdn.example.com/invoice.pdf")
def custom_domain() -> str:
    storage = S3Storage(**S3, custom_domain="cdn.example.com", querystring_auth=True, default_acl="private")
    return str(storage.url("invoice.pdf"))
