"""Jinja2 writes what Django's own templates write."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.forms.renderers import DjangoTemplates, Jinja2
from django.template import Context, Engine
from django.template.backends.jinja2 import Jinja2 as Backend

from medialift.uploads import DirectUploadField, MultipleDirectUploadField
from medialift.uploads.tickets import RECEIPT, Ticket
from tests.desk.models import Submission
from tests.desk.storages import stored

NAME = 'cats/tom & "co".jpg'
DJANGO = Engine(libraries={"medialift": "medialift.templatetags.medialift"})


@pytest.fixture
def jinja() -> Backend:
    options = {"extensions": ["medialift.jinja2.Media"]}
    return Backend({"NAME": "jinja2", "DIRS": [], "APP_DIRS": True, "OPTIONS": options})


@pytest.mark.urls("tests.images.urlconf")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("media_url", {"expires": "5m", "download": "a b.jpg"}),
        ("media_image_url", {"width": 640, "format": "webp"}),
        ("media_image", {"width": 640, "height": 360, "fit": "cover", "alt": "A cat", "class": "round"}),
        ("media_picture", {"width": 1280, "widths": "320 640 1280", "sizes": "100vw"}),
        ("media_srcset", {"widths": "320 640"}),
    ],
)
def test_a_function_gives_what_the_tag_gives(jinja: Backend, name: str, words: dict[str, Any]) -> None:
    said = [f"{word}={value!r}" if isinstance(value, int) else f'{word}="{value}"' for word, value in words.items()]
    tag = f"{{% load medialift %}}{{% {name} photo {' '.join(said)} %}}"
    call = f"{{{{ {name}(photo, {', '.join(said)}) }}}}"
    memory = {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": {"provider": "memory"}}
    with stored({"default": memory}):
        written = jinja.from_string(call).render({"photo": NAME})
        assert written == DJANGO.from_string(tag).render(Context({"photo": NAME}))
        assert "cats/tom" in written
        assert jinja.from_string(call).render({"photo": None}) == ""


@pytest.mark.urls("tests.uploads.urlconf")
@pytest.mark.parametrize("field", [DirectUploadField("/plain/"), MultipleDirectUploadField("/plain/", required=False)])
def test_a_form_looks_the_same(field: Any) -> None:
    held = Ticket("desk.Submission.plain", "user 1", "<cat>.png", "plain/cat.png", "k", 1500, "image/png", "site")
    for value in (None, Submission(plain="plain/<a>.png").plain, held.signed(RECEIPT)):
        attrs = {"id": "id_plain", "required": True, "disabled": value is None}
        by_jinja, by_django = (
            field.widget.render("plain", value, attrs, renderer) for renderer in (Jinja2(), DjangoTemplates())
        )
        assert "".join(unescape(by_jinja).split()) == "".join(unescape(by_django).split())
        assert "<a>" not in by_jinja
        assert "<cat>" not in by_jinja
