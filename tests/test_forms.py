from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import override_settings
from django.utils.translation import override

from medialift.forms import MediaFileField, MediaImageField
from medialift.validators import FileSize
from tests.validators.samples import PDF, SVG, picture


class Form(forms.Form):
    paper = MediaFileField(accept=[".pdf", ".svg"], max_size="20KB", required=False)
    photo = MediaImageField(limits={"min_width": 50}, required=False)


def sent(**files: Any) -> Form:
    return Form({}, files)  # type: ignore[arg-type]


def test_good_files_come_through_at_their_start() -> None:
    form = sent(paper=SimpleUploadedFile("a.pdf", PDF), photo=SimpleUploadedFile("a.png", picture()))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["paper"].read() == PDF
    assert form.cleaned_data["photo"].read() == picture() or form.cleaned_data["photo"].size


def test_bad_files_are_told_and_the_browsers_word_is_not_asked() -> None:
    form = sent(
        paper=SimpleUploadedFile("a.pdf", b"<html>", content_type="application/pdf"),
        photo=SimpleUploadedFile("a.png", picture(size=(40, 40)), content_type="image/png"),
    )
    assert not form.is_valid()
    assert set(form.errors) == {"paper", "photo"}


def test_a_drawing_is_sanitised_in_what_the_view_gets() -> None:
    hostile = SVG.replace(b"<rect", b'<rect onclick="alert(1)"')
    form = sent(paper=SimpleUploadedFile("a.svg", hostile))
    assert form.is_valid(), form.errors
    assert b"onclick" not in form.cleaned_data["paper"].read()


def test_a_large_upload_on_disk_is_judged_from_there() -> None:
    with TemporaryUploadedFile("a.pdf", "application/pdf", 0, None) as upload:
        upload.write(PDF)
        upload.size = len(PDF)
        upload.seek(0)
        assert sent(paper=upload).is_valid()


def test_kinds_may_be_written_as_html_writes_them() -> None:
    field = MediaFileField(accept="image/*, .PDF")
    assert field.guard.accept == ("image/*", ".pdf")
    assert 'accept="image/*,.pdf"' in field.widget.render("x", None, attrs=field.widget_attrs(field.widget))


def test_a_size_that_is_none_says_what_one_is() -> None:
    with pytest.raises(ValueError, match=r"a size is bytes, or a size like 5MB or 8MiB, not '10 apples'"):
        MediaFileField(max_size="10 apples")


@pytest.mark.parametrize("files", [{}, {"paper": None}])
def test_no_file_is_fine_where_none_is_required(files: dict[str, Any]) -> None:
    assert sent(**files).is_valid()


def test_messages_can_be_translated() -> None:
    with override_settings(LANGUAGE_CODE="de"), override("de"):
        assert str(FileSize.empty)
        assert not sent(paper=SimpleUploadedFile("a.pdf", b"")).is_valid()
