"""What a plan tells of its places beside the counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from medialift.cli.place_notes import COUNTED, place_notes
from medialift.report.values import Pair, Place
from medialift.storage import MediaStorage
from medialift.stores.base import ObjectStore
from tests.cli.conftest import Site, run, use
from tests.matrix.services import storage
from tests.move.worlds import memory

IN_MEMORY = "django.core.files.storage.InMemoryStorage"


@pytest.fixture
def b2(request: pytest.FixtureRequest) -> Iterator[MediaStorage]:
    with storage("b2", request, overwrite=True) as made:
        yield made


def told(target: ObjectStore) -> list[str]:
    source = memory()
    pair = Pair(Place("default", source.identity), Place("cloud", target.identity))
    return list(place_notes(pair, source, target))


class TestAnyStorage:
    def test_as_target_its_limits_are_told(self, filled: Site, settings: Any) -> None:
        use(settings, {**settings.STORAGES, "cloud": {"BACKEND": IN_MEMORY}})
        out = " ".join(run("plan", "--to", "cloud").out.split())
        assert "cloud is written through Django's own methods" in out
        assert "read back to be proved" in out
        assert "default is read through" not in out, "a folder is gone to directly"

    def test_as_source_too(self, filled: Site, settings: Any) -> None:
        use(settings, {**settings.STORAGES, "other": {"BACKEND": IN_MEMORY}})
        notes = [
            entry["text"]
            for entry in run("plan", "--from", "other", "--to", "cloud", "--json").objects
            if entry["type"] == "note"
        ]
        assert any("other is read through Django's own methods" in note for note in notes)


def test_files_that_a_service_may_keep_back_are_told(request: pytest.FixtureRequest) -> None:
    with storage("cloudinary", request) as made:
        (note,) = told(made.store)
    assert "(pdf, rar, tgz, zip): python manage.py medialift doctor cloud tries it" in note


class TestHiddenVersions:
    def test_are_told_with_what_they_cost(self, b2: MediaStorage) -> None:
        for body in (b"x" * 3_000_000, b"y" * 3_000_000, b"z"):
            b2.store.put("a.jpg", body)
        b2.store.put("gone.jpg", b"1234")
        b2.store.delete("gone.jpg")
        (note,) = told(b2.store)
        assert "3 versions of 5.7 MiB (under 0.01 USD a month) now" in note
        assert "lifecycle rule" in note

    def test_a_bucket_without_any_says_so(self, b2: MediaStorage) -> None:
        (note,) = told(b2.store)
        assert note.endswith("0 versions of 0 B now")

    def test_many_are_not_all_counted(self, b2: MediaStorage, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("medialift.cli.place_notes.COUNTED", 3)
        for number in range(5):
            b2.store.put("a.jpg", str(number).encode())
        (note,) = told(b2.store)
        assert "at least 2 versions" in note
        assert COUNTED == 10_000

    def test_what_cannot_be_listed_does_not_stop_the_plan(self, request: pytest.FixtureRequest) -> None:
        with storage("b2", request) as made:
            service = made.store
            assert service.identity.provider == "b2"
        (note,) = told(service)
        assert "cannot be told" in note

    def test_where_versions_are_kept_only_if_one_wants_it_nothing_is_asked(self) -> None:
        assert told(memory(name="target")) == []
