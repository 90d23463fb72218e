from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.models import Model, signals

from medialift.references.fields import FileColumn, find_columns
from medialift.references.rewrite import fits, rewrite
from medialift.types import Change
from tests.references.test_scan import insert
from tests.servers.databases import every_database
from tests.site import models

NFC, NFD = unicodedata.normalize("NFC", "café.jpg"), unicodedata.normalize("NFD", "café.jpg")


@pytest.fixture(autouse=True)
def _no_signal_fires() -> Iterator[None]:
    def refuse(sender: Any, **_: Any) -> None:
        raise AssertionError(f"a rewrite must not fire signals of {sender}")

    watched = (signals.pre_init, signals.pre_save, signals.post_save)
    for signal in watched:
        signal.connect(refuse)
    yield
    for signal in watched:
        signal.disconnect(refuse)


def column_of(selection: str) -> FileColumn:
    return find_columns([selection]).columns[-1]


def stored(model: type[Model], field: str, using: str) -> list[str]:
    return list(model._base_manager.using(using).order_by("pk").values_list(field, flat=True))


def change(old: str, new: str, pk: object = 1) -> Change:
    return Change("site.Audited.file", str(pk), old, new)


@pytest.mark.parametrize("alias", every_database())
class TestCompareAndSet:
    def apply(self, alias: str, *changes: Change) -> list[Change]:
        return list(rewrite(column_of("Audited"), changes, using=alias))

    def test_a_row_with_the_old_name_gets_the_new_one(self, alias: str) -> None:
        insert(models.Audited, {"id": 1, "file": "old"}, {"id": 2, "file": "old"}, using=alias)
        wanted = change("old", "new")
        assert self.apply(alias, wanted) == [wanted]
        assert stored(models.Audited, "file", alias) == ["new", "old"]

    def test_a_row_that_was_changed_meanwhile_keeps_its_value(self, alias: str) -> None:
        insert(models.Audited, {"id": 1, "file": "newer"}, using=alias)
        assert self.apply(alias, change("old", "new")) == []
        assert stored(models.Audited, "file", alias) == ["newer"]

    @pytest.mark.parametrize(
        ("held", "expected"),
        [
            ("a.jpg", "A.jpg"),
            ("A.jpg", "a.jpg"),
            ("é.jpg", "e.jpg"),
            (NFC, NFD),
            (NFD, NFC),
            ("a ", "a"),
            ("a", "a "),
            ("ß", "ss"),
            ("🐈", "🐉"),
        ],
    )
    def test_names_are_compared_byte_by_byte(self, alias: str, held: str, expected: str) -> None:
        insert(models.Audited, {"id": 1, "file": held}, using=alias)
        assert self.apply(alias, change(expected, "wrong")) == []
        assert self.apply(alias, change(held, "right")) == [change(held, "right")]
        assert stored(models.Audited, "file", alias) == ["right"]

    def test_a_change_can_be_undone_exactly(self, alias: str) -> None:
        insert(models.Audited, {"id": 1, "file": NFD}, using=alias)
        done = self.apply(alias, change(NFD, "🐈 b.jpg"))
        assert self.apply(alias, *(applied.reversed() for applied in done)) == [change("🐈 b.jpg", NFD)]
        assert stored(models.Audited, "file", alias) == [NFD]

    def test_only_changes_that_took_effect_are_told(self, alias: str) -> None:
        insert(models.Audited, *({"id": pk, "file": f"{pk}"} for pk in (1, 2, 3)), using=alias)
        changes = [change("1", "one", 1), change("x", "two", 2), change("3", "three", 3), change("4", "four", 4)]
        assert self.apply(alias, *changes) == [changes[0], changes[2]]

    def test_null_is_never_the_old_name(self, alias: str) -> None:
        insert(models.Document, {"id": 1, "file": "a", "appendix": None}, using=alias)
        column = column_of("Document")
        assert column.field.name == "appendix"
        assert list(rewrite(column, [Change(column.label, "1", "", "new")], using=alias)) == []

    def test_rows_are_found_by_uuid(self, alias: str) -> None:
        key = uuid.uuid4()
        insert(models.Upload, {"id": key, "file": "old"}, using=alias)
        assert list(rewrite(column_of("Upload"), [change("old", "new", key)], using=alias))
        assert stored(models.Upload, "file", alias) == ["new"]

    def test_the_fields_of_a_child_are_changed_in_its_own_table(self, alias: str) -> None:
        insert(models.Media, {"id": 5, "file": "film"}, using=alias)
        insert(models.Video, {"media_ptr": 5, "subtitles": "old.vtt"}, using=alias)
        column = column_of("Video")
        assert column.label == "site.Video.subtitles"
        assert list(rewrite(column, [change("old.vtt", "new.vtt", 5)], using=alias))
        assert stored(models.Video, "subtitles", alias) == ["new.vtt"]
        assert stored(models.Media, "file", alias) == ["film"]

    def test_a_column_of_another_name_is_written(self, alias: str) -> None:
        insert(models.Document, {"id": 1, "file": "a", "appendix": "old"}, using=alias)
        assert list(rewrite(column_of("Document"), [change("old", "new")], using=alias))
        assert stored(models.Document, "appendix", alias) == ["new"]


@pytest.mark.django_db(databases=["mariadb"])
def test_a_column_in_another_character_set_is_compared_as_text() -> None:
    with connections["mariadb"].cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE site_contract (id INT, signature VARCHAR(100) CHARACTER SET latin1)")
        cursor.execute("INSERT INTO site_contract VALUES (1, 'é')")
        assert list(rewrite(column_of("Contract"), [change("e", "wrong")], using="mariadb")) == []
        assert list(rewrite(column_of("Contract"), [change("é", "ü")], using="mariadb"))
        cursor.execute("SELECT signature FROM site_contract")
        assert cursor.fetchall() == (("ü",),)
        cursor.execute("DROP TEMPORARY TABLE site_contract")


@pytest.mark.django_db
def test_an_image_is_renamed_without_being_opened() -> None:
    insert(models.Photo, {"id": 1, "image": "old", "width": None, "height": None})
    assert list(rewrite(column_of("Photo"), [change("old", "new")]))
    assert stored(models.Photo, "image", "default") == ["new"]


def test_a_name_fits_up_to_the_last_character() -> None:
    column = column_of("Invoice")
    assert fits(column, "🐈" * 100)
    assert not fits(column, "x" * 101)
