from __future__ import annotations

import gc
import tracemalloc
import unicodedata
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.storage import Storage
from django.db import connections
from django.db.models import Model, signals
from django.test.utils import CaptureQueriesContext

from medialift.errors import RefusedError
from medialift.references.fields import find_columns
from medialift.references.scan import scan
from medialift.references.tallies import FieldTally, Tallies
from medialift.types import Reference, StoreIdentity
from tests.servers.databases import every_database
from tests.site import models
from tests.site.storages import identity_of

MEDIA = StoreIdentity("test", "media")


@pytest.fixture(autouse=True)
def _nothing_is_loaded_or_saved() -> Iterator[None]:
    """Any signal of a model's life during a scan fails the test."""

    def refuse(signal: Any, sender: Any, **_: Any) -> None:
        raise AssertionError(f"a scan must not fire signals of {sender}")

    watched = (signals.pre_init, signals.post_init, signals.pre_save, signals.post_save)
    for signal in watched:
        signal.connect(refuse)
    yield
    for signal in watched:
        signal.disconnect(refuse)


def insert(model: type[Model], *rows: dict[str, Any], using: str = "default") -> None:
    """Rows as they lie in a real table, past the models' own code."""
    connection, meta = connections[using], model._meta
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for row in rows:
            fields: list[Any] = [meta.get_field(name) for name in row]
            columns = ", ".join(quote(field.column) for field in fields)
            marks = ", ".join(["%s"] * len(fields))
            values = [field.get_db_prep_save(row[field.name], connection) for field in fields]
            cursor.execute(f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks})", values)


def scanned(*selection: str, source: StoreIdentity = MEDIA, **options: Any) -> tuple[list[Reference], Tallies]:
    tallies = Tallies()
    columns = find_columns(selection).columns
    references = list(scan(columns, store_of=identity_of, source=source, tallies=tallies, **options))
    return references, tallies


def names(*selection: str, **options: Any) -> list[str]:
    return sorted(reference.name for reference in scanned(*selection, **options)[0])


@pytest.mark.django_db
class TestRows:
    def test_a_reference_tells_name_field_and_key(self) -> None:
        insert(models.Invoice, {"id": 7, "file": "a.pdf"})
        references, _ = scanned("Invoice", source=StoreIdentity("test", "chosen"))
        assert references == [Reference("a.pdf", "site.Invoice.file", "7")]

    def test_two_fields_are_read_each_for_itself(self) -> None:
        insert(models.Document, {"file": "a.pdf", "appendix": "b.pdf"})
        references, _ = scanned("Document")
        assert [(r.name, r.field) for r in references] == [
            ("a.pdf", "site.Document.file"),
            ("b.pdf", "site.Document.appendix"),
        ]

    def test_null_and_empty_are_counted_and_name_nothing(self) -> None:
        insert(models.Document, {"file": "", "appendix": None}, {"file": "a", "appendix": ""})
        references, tallies = scanned("Document")
        assert [reference.name for reference in references] == ["a"]
        assert tallies.fields["site.Document.file"] == FieldTally(rows=2, empty=1)
        assert tallies.fields["site.Document.appendix"] == FieldTally(rows=2, empty=2)

    def test_rows_that_share_a_file_are_references_each(self) -> None:
        insert(models.Document, {"id": 1, "file": "same"}, {"id": 2, "file": "same"})
        assert [(r.name, r.pk) for r in scanned("Document")[0]] == [("same", "1"), ("same", "2")]

    def test_managers_hide_nothing(self) -> None:
        insert(models.SoftDeleted, {"deleted": True, "file": "gone"}, {"deleted": False, "file": "here"})
        assert names("SoftDeleted") == ["gone", "here"]

    def test_rows_whose_save_has_side_effects_are_only_read(self) -> None:
        insert(models.Audited, {"file": "a"})
        assert names("Audited") == ["a"]

    def test_an_abstract_base_gives_its_field_to_the_model(self) -> None:
        insert(models.Contract, {"signature": "s.png"})
        assert scanned("Contract")[0][0].field == "site.Contract.signature"

    def test_the_swapped_in_model_is_read(self) -> None:
        insert(models.SquareAvatar, {"image": "a.png"})
        assert names("SquareAvatar") == ["a.png"]

    def test_parents_and_children_are_counted_once(self) -> None:
        insert(models.Media, {"id": 1, "file": "film"}, {"id": 2, "file": "sound"})
        insert(models.Video, {"media_ptr": 1, "subtitles": "film.vtt"})
        references, tallies = scanned("Media", "Video", "FeaturedMedia")
        assert sorted((r.name, r.field, r.pk) for r in references) == [
            ("film", "site.Media.file", "1"),
            ("film.vtt", "site.Video.subtitles", "1"),
            ("sound", "site.Media.file", "2"),
        ]
        assert tallies.fields["site.Media.file"].rows == 2

    def test_a_field_class_of_another_package_is_read_like_any_other(self) -> None:
        insert(models.Picture, {"image": "p.jpg"})
        assert names("Picture") == ["p.jpg"]

    def test_an_image_with_unknown_dimensions_is_not_opened(self) -> None:
        insert(models.Photo, {"image": "p.jpg", "width": None, "height": None})
        assert names("Photo") == ["p.jpg"]

    def test_a_second_scan_counts_anew(self) -> None:
        insert(models.Document, {"file": "a"})
        tallies = Tallies()
        for _ in range(2):
            list(scan(find_columns(["Document"]).columns, store_of=identity_of, source=MEDIA, tallies=tallies))
        assert tallies.fields["site.Document.file"].rows == 1


@pytest.mark.parametrize("alias", every_database())
class TestOnEveryDatabase:
    def test_exact_names_come_back(self, alias: str) -> None:
        awkward = [
            unicodedata.normalize("NFC", "café.jpg"),
            unicodedata.normalize("NFD", "café.jpg"),
            "🐈/🐈.png",
            "x" * 251 + ".jpg",
            "a b+%#?&'\"[]~\\.txt",
            "trailing ",
        ]
        insert(models.Document, *({"file": name} for name in awkward), using=alias)
        assert names("Document", using=alias) == sorted(awkward)

    @pytest.mark.parametrize("page_size", [1, 2, 3, 7])
    def test_pages_by_number_lose_and_double_nothing(self, alias: str, page_size: int) -> None:
        insert(models.Document, *({"file": f"{n}"} for n in range(6)), using=alias)
        assert names("Document", using=alias, page_size=page_size) == [f"{n}" for n in range(6)]

    def test_pages_by_uuid_lose_and_double_nothing(self, alias: str) -> None:
        keys = [uuid.uuid4() for _ in range(25)]
        insert(models.Upload, *({"id": key, "file": f"{key}"} for key in keys), using=alias)
        references, _ = scanned("Upload", using=alias, page_size=4)
        assert sorted((r.name, r.pk) for r in references) == sorted((f"{key}", f"{key}") for key in keys)

    def test_pages_by_text_lose_and_double_nothing(self, alias: str) -> None:
        slugs = ["B", "c", "a", "é", "z", "Ö", "1", "_", "-", " x"]
        insert(models.Page, *({"slug": slug, "file": f"{slug}.jpg"} for slug in slugs), using=alias)
        references, _ = scanned("Page", using=alias, page_size=2)
        assert sorted(reference.pk for reference in references) == sorted(slugs)

    def test_pages_by_a_foreign_key_lose_and_double_nothing(self, alias: str) -> None:
        slugs = ["a", "b", "c", "d", "e"]
        insert(models.Page, *({"slug": slug, "file": ""} for slug in slugs), using=alias)
        insert(models.PageDetails, *({"page": slug, "file": f"{slug}.jpg"} for slug in slugs), using=alias)
        references, _ = scanned("PageDetails", using=alias, page_size=2)
        assert [reference.pk for reference in references] == slugs

    def test_one_query_reads_one_page(self, alias: str) -> None:
        insert(models.Invoice, *({"file": f"{n}"} for n in range(10)), using=alias)
        with CaptureQueriesContext(connections[alias]) as queries:
            scanned("Invoice", using=alias, page_size=4)
        assert len(queries) == 3

    def test_an_unmanaged_model_without_its_table_is_told(self, alias: str) -> None:
        references, tallies = scanned("LegacyScan", using=alias)
        assert references == []
        assert tallies.fields["site.LegacyScan.file"] == FieldTally(table_missing=True)

    def test_an_unmanaged_view_of_a_table_is_read(self, alias: str) -> None:
        insert(models.Document, {"file": "a"}, using=alias)
        assert names("DocumentRow", using=alias) == ["a"]


@pytest.mark.django_db
class TestStorages:
    def test_a_callable_storage_counts_as_what_it_returns(self) -> None:
        insert(models.Invoice, {"file": "a"}, {"file": "b"}, {"file": ""})
        references, tallies = scanned("Invoice")
        assert references == []
        assert tallies.fields["site.Invoice.file"] == FieldTally(
            rows=3, empty=1, elsewhere={StoreIdentity("test", "chosen"): 2}
        )

    def test_each_row_is_asked_where_it_lies(self) -> None:
        rows = [{"tenant": "red", "file": "r"}, {"tenant": "blue", "file": "b"}, {"tenant": "red", "file": ""}]
        insert(models.TenantFile, *rows)
        references, tallies = scanned("TenantFile", source=StoreIdentity("test", "tenant-red"))
        assert [reference.name for reference in references] == ["r"]
        tally = tallies.fields["site.TenantFile.file"]
        assert tally == FieldTally(rows=3, empty=1, elsewhere={StoreIdentity("test", "tenant-blue"): 1})
        assert tally.referenced == 1

    def test_rows_that_choose_are_counted_by_the_store_of_their_file(self) -> None:
        tenants = ["red", "blue", "blue", "green", "red", "red"]
        insert(models.TenantFile, *({"tenant": tenant, "file": f"{n}"} for n, tenant in enumerate(tenants)))
        insert(models.TenantFile, {"tenant": "red", "file": ""})
        red, blue, green = (StoreIdentity("test", f"tenant-{name}") for name in ("red", "blue", "green"))
        references, tallies = scanned("TenantFile", source=red, also=[blue])
        assert len(references) == 5
        tally = tallies.fields["site.TenantFile.file"]
        assert tally.by_store(red) == {red: 3, blue: 2, green: 1}
        assert (tally.referenced, tally.elsewhere) == (5, {green: 1})

    def test_a_store_in_which_no_row_has_a_file_is_not_counted(self) -> None:
        insert(models.TenantFile, {"tenant": "blue", "file": "b"}, {"tenant": "red", "file": ""})
        _, tallies = scanned("TenantFile")
        assert tallies.fields["site.TenantFile.file"].by_store(MEDIA) == {StoreIdentity("test", "tenant-blue"): 1}

    def test_a_field_file_that_chooses_while_it_is_made_is_asked_without_opening_its_image(self) -> None:
        rows = [{"archived": True, "image": "old", "width": None}, {"archived": False, "image": "new", "width": None}]
        insert(models.ArchivedImage, *rows)
        assert names("ArchivedImage") == ["new"]
        assert names("ArchivedImage", source=StoreIdentity("test", "archive")) == ["old"]

    def test_asking_rows_takes_one_query_a_page(self) -> None:
        insert(models.TenantFile, *({"tenant": "red", "file": f"{n}"} for n in range(9)))
        with CaptureQueriesContext(connections["default"]) as queries:
            scanned("TenantFile", page_size=5)
        assert len(queries) == 2

    def test_a_row_that_cannot_tell_stops_the_scan_with_its_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        insert(models.TenantFile, {"id": 41, "tenant": "red", "file": "a"})

        def fail(self: Any) -> Storage:
            raise LookupError("no such tenant")

        kind: Any = models.TenantFile._meta.get_field("file").attr_class
        monkeypatch.setattr(kind, "storage", property(fail, kind.storage.fset))
        with pytest.raises(RefusedError, match=r"row 41 of site\.TenantFile\.file.*no such tenant"):
            scanned("TenantFile")


@pytest.mark.django_db(databases=["default", "second"])
def test_a_model_is_read_from_the_database_that_its_router_names() -> None:
    insert(models.Elsewhere, {"file": "far"}, using="second")
    assert names("Elsewhere") == ["far"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "insertion"),
    [
        ("Document", "INSERT INTO site_document (file) VALUES (%s)"),
        ("TenantFile", "INSERT INTO site_tenantfile (tenant, file) VALUES ('red', %s)"),
    ],
)
def test_memory_does_not_grow_with_the_table(model: str, insertion: str) -> None:
    columns = find_columns([model]).columns

    def peak() -> int:
        gc.collect()
        tracemalloc.start()
        for _ in scan(columns, store_of=identity_of, source=MEDIA, page_size=500):
            pass
        reached = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return reached

    def fill(rows: int) -> None:
        with connections["default"].cursor() as cursor:
            values = [(f"folder/{n:08}.jpg",) for n in range(rows)]
            cursor.executemany(insertion, values)

    fill(1_000)
    peak()
    small = peak()
    fill(29_000)
    assert peak() < small * 1.5
