from __future__ import annotations

from typing import IO, Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import migrations, models, transaction
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import MigrationWriter
from django.forms import modelform_factory

from medialift.fields import MediaFileField, MediaImageField
from medialift.guarded import Guard
from medialift.validators import FileSize, FileType, ImageContent
from tests.desk.models import DESK, Submission
from tests.validators.samples import PDF, SVG, bomb, picture

Form: Any = modelform_factory(Submission, fields=["paper", "photo", "plain"])

BAD = [
    ("paper", "a.pdf", b"<html>", "is something else: a web page"),
    ("paper", "a.pdf", PDF + bytes(30_000), "At most"),
    ("paper", "a.exe", PDF, "of this kind"),
    ("paper", "a.svg", b"<svg ><g>", "damaged"),
    ("photo", "a.png", bomb(30_000, 30_000), "make it smaller"),
    ("photo", "a.png", picture()[:200], "cannot be opened"),
    ("photo", "a.png", PDF, "a PDF document"),
    ("plain", "a.png", picture()[:200], "cannot be opened"),
    ("plain", "a.png", b"<script>", "a web page"),
]


def stored() -> list[str]:
    return [info.key for info in DESK.store.list()]


@pytest.fixture(autouse=True)
def _empty_desk(db: None) -> Any:
    yield
    for key in stored():
        DESK.store.delete(key)


@pytest.mark.parametrize(("field", "name", "data", "message"), BAD)
def test_a_form_tells_what_is_wrong_and_leaves_no_object_behind(
    field: str, name: str, data: bytes, message: str
) -> None:
    form = Form({}, {field: SimpleUploadedFile(name, data, content_type="image/png")})
    assert not form.is_valid()
    assert any(message in text for text in form.errors[field]), form.errors
    assert stored() == []


@pytest.mark.parametrize(("field", "name", "data", "message"), [row for row in BAD if row[0] != "plain"])
def test_our_fields_refuse_it_also_where_nobody_validates(field: str, name: str, data: bytes, message: str) -> None:
    kept = Submission.objects.create()
    with pytest.raises(ValidationError, match=message), transaction.atomic():
        Submission.objects.create(**{field: ContentFile(data, name=name)})
    with pytest.raises(ValidationError, match=message):
        getattr(kept, field).save(name, ContentFile(data))
    assert stored() == []


def test_good_files_are_stored() -> None:
    form = Form({}, {"paper": SimpleUploadedFile("a.pdf", PDF), "photo": SimpleUploadedFile("b.png", picture())})
    assert form.is_valid(), form.errors
    saved = form.save()
    assert stored() == ["papers/a.pdf", "photos/b.png"]
    assert saved.photo.width == 64


def test_an_image_is_decoded_once_between_form_and_storage(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[str] = []
    decode = ImageContent._decode

    def counted(rule: ImageContent, given: IO[bytes]) -> None:
        decoded.append("once")
        decode(rule, given)

    monkeypatch.setattr(ImageContent, "_decode", counted)
    form = Form({}, {"photo": SimpleUploadedFile("b.png", picture())})
    assert form.is_valid()
    form.save()
    assert decoded == ["once"]
    with pytest.raises(ValidationError):
        Submission.objects.create(photo=SimpleUploadedFile("b.png", picture()[:100]))
    assert len(decoded) == 2


def test_a_file_that_is_stored_already_is_not_fetched_again() -> None:
    kept = Submission.objects.create(paper=ContentFile(PDF, name="a.pdf"))
    DESK.store.delete("papers/a.pdf")
    kept.full_clean()
    kept.save()
    form = Form({}, {}, instance=Submission.objects.get())
    assert form.is_valid(), form.errors


def test_a_drawing_that_is_accepted_by_name_is_sanitised_before_it_is_stored() -> None:
    hostile = SVG.replace(b"<rect", b"<script>alert(1)</script><rect")
    for save in ("form", "model"):
        if save == "form":
            form = Form({}, {"paper": SimpleUploadedFile("a.svg", hostile)})
            assert form.is_valid(), form.errors
            kept = form.save()
        else:
            kept = Submission.objects.create(paper=ContentFile(hostile, name="a.svg"))
        assert b"script" not in kept.paper.read()
        assert DESK.store.head(kept.paper.name).headers.content_disposition is not None


def test_the_file_dialog_offers_what_is_accepted() -> None:
    html = str(Form()["paper"])
    assert 'accept=".pdf,.txt,.svg"' in html
    assert 'accept="image/*"' in str(Form()["photo"])


def test_a_third_way_to_treat_active_files_is_refused() -> None:
    with pytest.raises(ValueError, match="refuse, sanitise, inert"):
        Guard(active="trust")
    assert Guard([".svg"], active="inert").cleaned(ContentFile(SVG, name="a.svg")).read() == SVG


def test_a_missing_extra_is_told_by_the_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    field = Submission._meta.get_field("paper")
    assert field.check() == []
    monkeypatch.setattr("medialift.fields.importlib.util.find_spec", lambda name: None)
    told = field.check()
    assert [message.id for message in told] == ["medialift.E075"]
    assert "django-medialift[validation]" in str(told[0].hint)


# ── migrations ───────────────────────────────────────────────────────────────────────────────


def changes(before: models.Field[Any, Any], after: models.Field[Any, Any]) -> dict[str, list[migrations.Migration]]:
    def state(field: models.Field[Any, Any]) -> ProjectState:
        found = ProjectState()
        found.add_model(ModelState("shop", "Order", [("id", models.AutoField(primary_key=True)), ("file", field)]))
        return found

    detector = MigrationAutodetector(state(before), state(after), NonInteractiveMigrationQuestioner())
    found: dict[str, list[migrations.Migration]] = detector._detect_changes()  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize(("ours", "django"), [(MediaFileField, models.FileField), (MediaImageField, models.ImageField)])
def test_migrations_see_plain_fields_and_no_change_of_limits(ours: Any, django: Any) -> None:
    assert changes(django(upload_to="a"), ours(upload_to="a", max_size="1MB", accept=[".pdf"])) == {}
    assert changes(ours(max_size="1MB"), ours(max_size="2MB", active="inert", limits={"max_pixels": 5})) == {}
    assert changes(ours(upload_to="a"), ours(upload_to="b")) != {}
    written = MigrationWriter.serialize(ours(max_size="1MB"))[0]
    assert written.startswith(f"models.{django.__name__}(")


def test_rules_of_a_plain_field_are_written_and_compared() -> None:
    rules = [FileSize("1MB"), FileType(["image/*"]), ImageContent(max_pixels=5)]
    written, imports = MigrationWriter.serialize(models.FileField(validators=rules))
    assert "medialift.validators.FileSize('1MB')" in written
    assert "import medialift.validators" in imports
    again = [FileSize("1MB"), FileType(["image/*"]), ImageContent(max_pixels=5)]
    assert changes(models.FileField(validators=rules), models.FileField(validators=again)) == {}
    assert changes(models.FileField(validators=rules), models.FileField(validators=rules[:1])) != {}
