"""django-s3-file-field over django-storages' S3 storage: every step as its own script takes it."""

from __future__ import annotations

import re
import sys
import time
from typing import Any

import httpx
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.validators import FileExtensionValidator
from django.db import models
from django.forms import modelform_factory
from django.test import Client
from django.urls import include, path
from s3_file_field.fields import S3FileField
from s3_file_field.forms import S3FormFileField
from storages.backends.s3 import S3Storage

from tests.compared.rows import row
from tests.compared.site import S3

HTML = b"<html><script>alert(1)</script>"


def no_page(value: Any) -> None:
    if value.read(5) == b"<html":
        raise ValidationError("a page")


class Photo(models.Model):
    image: Any = S3FileField(validators=[FileExtensionValidator(["jpg"])], blank=True)
    other: Any = S3FileField(blank=True)
    read: Any = S3FileField(validators=[no_page], blank=True)
    below: Any = S3FileField(storage=S3Storage(**S3, location="media"), blank=True)
    local: Any = S3FileField(storage=FileSystemStorage(), blank=True)

    class Meta:
        app_label = "compared"

    def __str__(self) -> str:
        return "a photo"


urlpatterns = [path("s3-upload/", include("s3_file_field.urls"))]


def asked(step: str, **question: Any) -> Any:
    """A question of a visitor who is not signed in."""
    return Client().post(f"/s3-upload/{step}/", question, content_type="application/json")


def begun(name: str, size: int, field: str = "image", kind: str = "image/jpeg") -> Any:
    return asked(
        "upload-initialize", field_id=f"compared.Photo.{field}", file_name=name, file_size=size, content_type=kind
    )


def uploaded(name: str, data: bytes, field: str = "image", kind: str = "image/jpeg") -> tuple[str, str]:
    """The key of a file that went all the way, and what its form holds then."""
    told = begun(name, len(data), field, kind).json()
    parts = []
    for part in told["parts"]:
        sent = httpx.put(part["upload_url"], content=data)
        parts.append({"part_number": part["part_number"], "size": part["size"], "etag": sent.headers["ETag"]})
    signature = told["upload_signature"]
    last = asked("upload-complete", upload_signature=signature, upload_id=told["upload_id"], parts=parts).json()
    assert httpx.post(last["complete_url"], content=last["body"]).status_code == 200
    return told["object_key"], asked("finalize", upload_signature=signature).json()["field_value"]


def saved(field: str, value: str) -> Any:
    """The row that a form makes of what it holds; ``None`` if it is wrong."""
    form = modelform_factory(Photo, fields=[field])({field: value})
    return form.save() if form.is_valid() else None


def is_in_bucket(key: str) -> bool:
    return bool(default_storage.exists(key))


@row("where a file can go straight to", seen=[True, False])
def places() -> list[bool]:
    fields = (Photo._meta.get_field(name) for name in ("image", "local"))
    return [isinstance(field.formfield(), S3FormFileField) for field in fields]  # type: ignore[union-attr]


@row("a visitor who is not signed in", seen=200)
def strangers() -> int:
    return int(begun("cat.jpg", 7).status_code)


@row("a file for a field that takes `.jpg`, called `evil.exe`", seen={"saved": False, "stays": True})
def wrong_name() -> dict[str, bool]:
    key, value = uploaded("evil.exe", b"MZ")
    return {"saved": saved("image", value) is not None, "stays": is_in_bucket(key)}


@row("`<html>`, sent as `cat.jpg` and `text/html`", seen={"saved": True, "type": "text/html"})
def a_page() -> dict[str, Any]:
    key, value = uploaded("cat.jpg", HTML, kind="text/html")
    kept: Any = default_storage
    return {"saved": saved("image", value) is not None, "type": kept.bucket.Object(key).content_type}


@row("bytes looked at before a row holds the file", seen={"without a reading validator": True, "with one": False})
def bytes_looked_at() -> dict[str, bool]:
    plain, read = (saved(field, uploaded("cat.jpg", HTML, field)[1]) for field in ("other", "read"))
    return {"without a reading validator": plain is not None, "with one": read is not None}


@row("what the form holds, given to another field", seen=True)
def another_field() -> bool:
    return saved("other", uploaded("cat.jpg", b"x")[1]) is not None


@row("what the form holds, used twice", seen=1)
def twice() -> int:
    """How many files two rows have."""
    value = uploaded("cat.jpg", b"x")[1]
    return len({saved("image", value).image.name for _ in range(2)})


@row("what the form holds, of another visitor", seen=True)
def another_visitor() -> bool:
    """Nobody was asked who they are in any step."""
    return saved("image", uploaded("cat.jpg", b"x")[1]) is not None


@row("the key that the browser may write to", seen=True)
def key_is_the_name() -> bool:
    key, value = uploaded("cat.jpg", b"x")
    return bool(re.fullmatch(r"[0-9a-f-]{36}/cat\.jpg", key)) and saved("image", value).image.name == key


@row('a storage with `location="media"`', seen={"beside": True, "found": False})
def below_a_location() -> dict[str, bool]:
    key, value = uploaded("cat.jpg", b"x", "below")
    file = saved("below", value).below
    return {"beside": is_in_bucket(key), "found": file.storage.exists(file.name)}


@row("a file of 0 bytes", seen=400)
def empty() -> int:
    return int(begun("cat.jpg", 0).status_code)


@row("a file of 1 byte", seen=1)
def one_byte() -> int:
    return len(begun("cat.jpg", 1).json()["parts"])


@row("an address of a part lives", seen=24)
def life() -> int:
    """Hours."""
    told = httpx.URL(begun("cat.jpg", 7).json()["parts"][0]["upload_url"]).params
    seconds = int(told["X-Amz-Expires"]) if "X-Amz-Expires" in told else int(told["Expires"]) - time.time()
    return round(seconds / 3600)


@row("unfinished uploads", seen=True)
def unfinished() -> bool:
    begun("begun.jpg", 7)
    kept: Any = default_storage
    told = kept.connection.meta.client.list_multipart_uploads(Bucket=kept.bucket_name)
    return any("begun.jpg" in upload["Key"] for upload in told["Uploads"])


@row("what the project has to run", seen=True)
def needs() -> bool:
    return "rest_framework" in sys.modules
