"""The form field without a browser: receipts become rows, and whatever is no receipt becomes a message."""

from __future__ import annotations

import asyncio
import copy
import pickle
import time
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client, RequestFactory
from django.utils.datastructures import MultiValueDict
from rest_framework import serializers

from medialift.rest import DirectUploadField as SerializerField
from medialift.uploads import DirectUploadField, MultipleDirectUploadField, Received, UploadsMiddleware, steps
from medialift.uploads.assets import SCRIPT
from medialift.uploads.current import answering, current_request
from medialift.uploads.tickets import RECEIPT
from tests.desk.models import Submission
from tests.uploads.conftest import keys, uploaded
from tests.validators.samples import picture

pytestmark = pytest.mark.urls("tests.uploads.urlconf")

PICTURE = picture("PNG")


class Form(forms.ModelForm):  # type: ignore[type-arg]
    plain = DirectUploadField("/plain/", required=False)
    title = forms.CharField(max_length=5)

    class Meta:
        model = Submission
        fields = ("plain",)


class Several(forms.Form):
    papers = MultipleDirectUploadField("/plain/")


@pytest.fixture
def visit(ann: Client) -> Any:
    """Ann's request, for the time of a test."""
    request = RequestFactory().post("/")
    response = ann.get("/me/")
    request.user, request.session = response.wsgi_request.user, ann.session
    with answering(request):
        yield request


def receipt(client: Client, place: str = "plain") -> str:
    return str(uploaded(client, "cat.png", PICTURE, place).json()["receipt"])


@pytest.mark.usefixtures("visit")
def test_a_receipt_becomes_the_file_of_a_row(storage: Any, ann: Client) -> None:
    form = Form({"plain": receipt(ann), "title": "ok"})
    assert form.is_valid(), form.errors
    file = form.cleaned_data["plain"]
    assert isinstance(file, Received)
    assert (file.filename, file.size, file.read()) == ("cat.png", len(PICTURE), PICTURE)
    assert keys(storage) == [file.held.key], "a valid form moves nothing"
    row = form.save()
    assert keys(storage) == [row.plain.name]
    assert Submission.objects.get().plain.name == row.plain.name
    assert not isinstance(row.plain, Received)
    assert file.open().read() == PICTURE
    file.close()


@pytest.mark.usefixtures("visit", "memory")
def test_a_form_that_is_wrong_elsewhere_keeps_what_has_arrived(ann: Client) -> None:
    text = receipt(ann)
    form = Form({"plain": text, "title": "much too long"})
    assert not form.is_valid()
    shown = str(form["plain"])
    assert f'value="{text}"' in shown
    assert "cat.png" in shown
    assert "required" not in shown.partition("<template>")[0].replace("&quot;required&quot;", "")
    assert Form({"plain": text, "title": "short"}).save().plain.name


@pytest.mark.usefixtures("visit", "memory")
@pytest.mark.parametrize("forged", ["cat.png", "x" * 5000, "a:b:c"])
def test_a_text_that_is_no_receipt_is_told_and_not_kept(forged: str) -> None:
    form = Form({"plain": forged, "title": "ok"})
    assert not form.is_valid()
    assert "not known" in str(form.errors["plain"])
    assert forged not in str(form["plain"])


@pytest.mark.usefixtures("visit")
def test_a_receipt_of_another_field_or_visitor_or_of_a_stored_file_is_refused(memory: Any, ann: Client) -> None:
    assert "not known" in str(Form({"plain": receipt(ann, "photo"), "title": "ok"}).errors["plain"])
    text = receipt(ann)
    assert Form({"plain": text, "title": "ok"}).save()
    assert "already" in str(Form({"plain": text, "title": "ok"}).errors["plain"])
    gone = receipt(ann)
    for key in keys(memory):
        memory.store.delete(key)
    assert "did not arrive" in str(Form({"plain": gone, "title": "ok"}).errors["plain"])


def test_a_form_says_which_middleware_it_needs(memory: Any, ann: Client) -> None:
    with pytest.raises(ImproperlyConfigured, match="UploadsMiddleware"):
        Form({"plain": receipt(ann), "title": "ok"}).is_valid()


def test_a_plain_file_is_taken_by_the_same_rules(memory: Any) -> None:
    form = Form({"title": "ok"}, {"plain": SimpleUploadedFile("cat.png", PICTURE)})  # type: ignore[arg-type]
    assert form.is_valid(), form.errors
    assert form.save().plain.read() == PICTURE
    evil = SimpleUploadedFile("cat.png", b"<html><script>alert(1)</script></html>", "image/png")
    assert "plain" in Form({"title": "ok"}, {"plain": evil}).errors  # type: ignore[arg-type]


@pytest.mark.usefixtures("visit", "memory")
def test_a_row_can_be_cleared_left_and_given_another_file(ann: Client) -> None:
    row = Form({"plain": receipt(ann), "title": "ok"}).save()
    before = row.plain.name
    assert not Form({"title": "ok"}, instance=row).fields["plain"].has_changed(row.plain, None)
    assert Form({"title": "ok"}, instance=row).save().plain.name == before
    assert "Currently" in str(Form(instance=row)["plain"])
    both = Form({"title": "ok", "plain-clear": "on", "plain": receipt(ann)}, instance=row)
    assert "not both" in str(both.errors["plain"])
    assert Form({"title": "ok", "plain": receipt(ann)}, instance=row).save().plain.name != before
    assert Form({"title": "ok", "plain-clear": "on"}, instance=row).save().plain.name == ""


@pytest.mark.usefixtures("memory")
def test_a_file_that_is_named_a_hundred_times_is_looked_for_once(
    ann: Client, visit: HttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that was taken and that no row holds costs a wait each time that it is looked for."""
    text = receipt(ann)
    steps.claim(visit, text, "desk.Submission.plain")
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    later = steps.receipt_of(visit, text, "desk.Submission.plain").signed(RECEIPT)
    form = Several(QueryDict("&".join(f"papers={one}" for one in [text, later] * 50)))
    assert form.is_valid(), form.errors
    assert len(form.cleaned_data["papers"]) == len(waited) == 1


@pytest.mark.usefixtures("visit", "memory")
def test_several_files_come_as_a_list(ann: Client) -> None:
    data = QueryDict(mutable=True)
    data.setlist("papers", [receipt(ann), receipt(ann)])
    form = Several(data, MultiValueDict({"papers": [SimpleUploadedFile("a.png", PICTURE)]}))
    assert form.is_valid(), form.errors
    assert len(form.cleaned_data["papers"]) == 3
    rows = [Submission.objects.create(plain=file) for file in form.cleaned_data["papers"]]
    assert all(row.plain.read() == PICTURE for row in rows)
    assert str(form["papers"]).count('type="hidden"') == 2
    assert not Several({}).is_valid()
    assert not Several({}).has_changed()
    data.appendlist("papers", "forged")
    assert "not known" in str(Several(data).errors["papers"])


@pytest.mark.usefixtures("visit", "memory")
def test_a_file_goes_to_no_other_field(ann: Client) -> None:
    form = Form({"plain": receipt(ann), "title": "ok"})
    assert form.is_valid()
    with transaction.atomic(), pytest.raises(ValueError, match=r"uploaded for desk\.Submission\.plain"):
        Submission.objects.create(paper=form.cleaned_data["plain"])
    kept = pickle.loads(pickle.dumps(copy.copy(form.cleaned_data["plain"])))
    assert Submission.objects.create(plain=kept).plain.read() == PICTURE


@pytest.mark.usefixtures("memory")
def test_a_serializer_takes_receipts_and_files(visit: Any, ann: Client) -> None:
    class Made(serializers.ModelSerializer):  # type: ignore[misc]
        plain = SerializerField("/plain/", required=False)

        class Meta:
            model = Submission
            fields = ("plain",)

    for given in (receipt(ann), SimpleUploadedFile("cat.png", PICTURE)):
        made = Made(data={"plain": given}, context={"request": visit})
        assert made.is_valid(), made.errors
        assert made.save().plain.read() == PICTURE
    for bad in ("forged", SimpleUploadedFile("cat.png", b"<html>"), 7):
        refused = Made(data={"plain": bad}, context={"request": visit})
        assert not refused.is_valid()
        assert set(refused.errors) == {"plain"}


def test_what_the_dialog_offers_comes_from_the_model_field() -> None:
    assert 'accept="image/*"' in str(Form()["plain"])


@pytest.mark.parametrize("attribute", ["csp_nonce", "_csp_nonce"])
def test_the_script_carries_the_nonce_of_the_page(attribute: str) -> None:
    request = RequestFactory().get("/")
    setattr(request, attribute, "s3cr3t")
    assert "nonce" not in SCRIPT.__html__()
    with answering(request):
        assert str(Form().media).count('nonce="s3cr3t"') == 2
    assert 'type="module"' in str(Form().media)
    assert str(Form().media + Form().media).count("element.js") == 1


@pytest.mark.parametrize(("to", "said"), [("/nowhere/", "no view"), ("/me/", "no DirectUploadView")])
def test_an_address_that_takes_no_files_is_told(to: str, said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=said):
        str(DirectUploadField(to).get_bound_field(Form(), "plain"))


def test_each_request_is_known_while_it_is_answered_also_under_asgi() -> None:
    async def later(request: HttpRequest) -> HttpResponse:
        await asyncio.sleep(0)
        return HttpResponse(str(await sync_to_async(current_request)() is request))

    async def both() -> list[HttpResponse]:
        middleware: Any = UploadsMiddleware(later)
        return list(await asyncio.gather(*(middleware(HttpRequest()) for _ in range(2))))

    middleware: Any = UploadsMiddleware(lambda request: HttpResponse(str(current_request() is request)))
    assert [answer.content for answer in [*asyncio.run(both()), middleware(HttpRequest())]] == [b"True"] * 3
    with pytest.raises(ImproperlyConfigured):
        current_request()
