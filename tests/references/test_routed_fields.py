from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.state import ProjectState
from django.test import override_settings

from medialift.bridge import identity_of
from medialift.errors import ConfigError
from medialift.references.routed_fields import route_fields, storage_said
from tests.cli.conftest import use
from tests.cli.scrapbook.models import Postcard, Sticker
from tests.site.models import Invoice

BACKEND = "medialift.storage.MediaStorage"


def routed(**routes: str) -> dict[str, Any]:
    return {"BACKEND": BACKEND, "OPTIONS": {"provider": "memory", "routes": routes}}


MEMORY = {"BACKEND": BACKEND, "OPTIONS": {"provider": "memory"}}
PRIVATE = {"scrapbook.Postcard.back": "private"}


@pytest.fixture(autouse=True)
def _as_the_code_says(settings: Any) -> Iterator[None]:
    yield
    use(settings, {"default": MEMORY})
    route_fields()


def route(settings: Any, **routes: str) -> None:
    use(settings, {"default": routed(**routes), "private": MEMORY, "documents": MEMORY})
    route_fields()


def field(model: Any, name: str) -> Any:
    return model._meta.get_field(name)


def test_a_routed_field_keeps_its_files_in_the_storage_of_its_alias(settings: Any, db: None) -> None:
    route(settings, **PRIVATE)
    card = Postcard()
    card.front.save("a.jpg", ContentFile(b"front"), save=False)
    card.back.save("a.jpg", ContentFile(b"back"), save=False)
    assert (card.front.name, card.back.name) == ("postcards/a.jpg", "postcards/a.jpg")
    assert card.back.open().read() == b"back"
    assert default_storage.open("postcards/a.jpg").read() == b"front"


def test_migrations_see_no_change(settings: Any) -> None:
    before = ProjectState.from_apps(apps)
    route(settings, **PRIVATE, **{"site.Invoice.file": "private"})
    after = ProjectState.from_apps(apps)
    assert MigrationAutodetector(before, after).changes(graph=MigrationGraph()) == {}
    assert field(Invoice, "file").deconstruct()[3]["storage"].__name__ == "choose_storage"
    assert "storage" not in field(Postcard, "back").deconstruct()[3]


def test_a_field_that_is_routed_no_more_is_as_its_code_says(settings: Any) -> None:
    said = {name: field(Invoice, name).__dict__.copy() for name in ("file",)}
    route(settings, **PRIVATE, **{"site.Invoice.file": "private"})
    assert storage_said(field(Postcard, "back")) is default_storage
    route(settings)
    assert field(Postcard, "back").storage is default_storage
    assert not hasattr(field(Postcard, "back"), "_storage_callable")
    assert field(Invoice, "file").__dict__ == said["file"]


def test_the_storage_is_opened_late_and_travels_by_its_alias(settings: Any) -> None:
    route(settings, **{"scrapbook.Sticker.image": "documents"})
    storage = field(Sticker, "image").storage
    assert identity_of(storage).provider == "memory"
    assert pickle.loads(pickle.dumps(storage)).options == storage.options


@pytest.mark.parametrize(
    ("label", "hint"),
    [
        ("scrapbook.Postcard.bak", "Did you mean 'scrapbook.Postcard.back'?"),
        ("scrapbook.Postcards.back", "did you mean scrapbook.Postcard or scrapbook.Sticker?"),
        ("site.Video.file", "Did you mean 'site.Media.file'?"),
    ],
)
def test_a_route_of_a_field_that_is_not_there_stops_the_site(settings: Any, label: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        route(settings, **{label: "private"})
    assert "leads nowhere" in caught.value.reason
    assert caught.value.hint == hint


def test_a_route_to_an_alias_that_is_not_there_is_told_when_it_is_used(settings: Any) -> None:
    route(settings, **{"scrapbook.Postcard.back": "privat"})
    with pytest.raises(ConfigError, match="STORAGES\\['privat'\\]"):
        Postcard().back.save("a.jpg", ContentFile(b"x"), save=False)


def test_a_default_that_is_no_media_storage_has_no_routes(settings: Any) -> None:
    with override_settings(STORAGES={"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}):
        route_fields()
        assert field(Postcard, "back").storage is default_storage


class Expensive(Storage):
    def __init__(self) -> None:
        raise AssertionError("nobody has asked for this storage yet")


def test_a_storage_of_somebody_else_is_not_made_when_the_site_starts(settings: Any) -> None:
    use(settings, {"default": {"BACKEND": f"{__name__}.Expensive"}})
    route_fields()
    assert field(Postcard, "back").storage is default_storage
