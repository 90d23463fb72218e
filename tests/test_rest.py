from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from rest_framework import serializers
from rest_framework.request import Request

from medialift.rest import MediaFileField, MediaImageField, MediaImageUrlField, MediaUrlField
from tests.desk.models import DESK, Submission
from tests.desk.storages import stored
from tests.storage.test_urls import s3
from tests.validators.samples import PDF, SVG, picture


class Checked(serializers.Serializer):  # type: ignore[misc]
    paper = MediaFileField(accept=[".pdf", ".svg"], max_size="20KB", expires="5m", download=True)
    photo = MediaImageField(required=False)


class Plain(serializers.ModelSerializer):  # type: ignore[misc]
    class Meta:
        model = Submission
        fields = ("plain",)


@pytest.mark.parametrize("data", [b"<html>", PDF + bytes(30_000), b""])
def test_a_bad_file_is_told_by_field(data: bytes) -> None:
    serializer = Checked(data={"paper": SimpleUploadedFile("a.pdf", data)})
    assert not serializer.is_valid()
    assert set(serializer.errors) == {"paper"}


def test_a_good_file_comes_through_and_a_drawing_is_sanitised() -> None:
    serializer = Checked(
        data={"paper": SimpleUploadedFile("a.pdf", PDF), "photo": SimpleUploadedFile("a.png", picture())}
    )
    assert serializer.is_valid(), serializer.errors
    serializer = Checked(data={"paper": SimpleUploadedFile("a.svg", SVG.replace(b"<rect", b"<rect onclick='x()'"))})
    assert serializer.is_valid(), serializer.errors
    assert b"onclick" not in serializer.validated_data["paper"].read()


@pytest.mark.django_db
def test_rules_of_a_plain_model_field_count_in_its_serializer() -> None:
    serializer = Plain(data={"plain": SimpleUploadedFile("a.png", b"<script>", content_type="image/png")})
    assert not serializer.is_valid()
    assert [info.key for info in DESK.store.list()] == []
    assert Plain(data={"plain": SimpleUploadedFile("a.png", picture())}).is_valid()


class Stored:
    """A field's file, as far as an address needs it."""

    name = "invoices/7.pdf"
    storage = s3()

    def __bool__(self) -> bool:
        return True


def test_a_file_is_shown_as_its_signed_address() -> None:
    class Links(serializers.Serializer):  # type: ignore[misc]
        view = MediaUrlField(source="file", expires="5m")
        save = MediaUrlField(source="file", expires=60, download="Rechnung 7.pdf")
        paper = MediaFileField(source="file", expires="5m", download=True)
        text = MediaUrlField(source="file", content_type="text/plain")

    shown: Any = Links(type("Row", (), {"file": Stored()})()).data
    assert "X-Amz-Expires=450" in shown["view"]
    assert "Rechnung%207.pdf" in shown["save"]
    assert "X-Amz-Expires=90" in shown["save"]
    assert "response-content-type=text%2Fplain" in shown["text"]
    assert "attachment%3B%20filename%3D%227.pdf%22" in shown["paper"]


def test_an_address_of_this_site_is_absolute_and_no_file_has_none() -> None:
    class Links(serializers.Serializer):  # type: ignore[misc]
        file = MediaUrlField()

    context = {"request": Request(RequestFactory().get("/api/"))}
    local = type("File", (), {"name": "a.txt", "storage": DESK})()
    assert Links({"file": local}, context=context).data == {"file": "http://testserver/media/a.txt"}
    assert Links({"file": None}, context=context).data == {"file": None}


@pytest.mark.urls("tests.images.urlconf")
def test_an_image_is_shown_as_the_address_of_its_size() -> None:
    class Links(serializers.Serializer):  # type: ignore[misc]
        card = MediaImageUrlField(source="photo", width=640, height=360, fit="cover")
        page = MediaImageUrlField(source="photo", width=1600, format="jpeg", quality=70)

    context = {"request": Request(RequestFactory().get("/api/"))}
    memory = {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": {"provider": "memory", "access": "public"}}
    with stored({"default": memory}):
        shown: Any = Links({"photo": "cat.jpg"}, context=context).data
        assert shown["card"].startswith("http://testserver/images/")
        assert shown["card"].endswith("/cat.jpg/640x360-cover.webp")
        assert shown["page"].endswith("1600x-contain-q70.jpg")
        assert Links({"photo": None}, context=context).data == {"card": None, "page": None}
    with pytest.raises(ValueError, match="needs a width and a height"):
        MediaImageUrlField(width=640, fit="cover")
