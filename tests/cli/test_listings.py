from __future__ import annotations

import pytest

from tests.cli.conftest import Site, files, run
from tests.cli.scrapbook.models import Sticker


def test_rows_without_a_file_are_listed_with_their_field_and_key(filled: Site) -> None:
    ran = run("missing")
    assert ran.code == 0
    first, last = ran.out.splitlines()
    assert first.split("\t")[:2] == ["postcards/gone.jpg", "scrapbook.Postcard.back"]
    assert last == "1 row whose file is not there. Nothing has been changed."


def test_rows_without_a_file_are_objects_for_scripts(filled: Site) -> None:
    (found, end) = run("missing", "--json").objects
    assert (found["type"], found["name"]) == ("missing", "postcards/gone.jpg")
    assert end == {"type": "listing", "listing": "missing", "count": 1, "bytes": 0}


def test_only_the_chosen_models_are_read(filled: Site) -> None:
    assert run("missing", "--model", "Sticker", "--json").last["count"] == 0


def test_files_without_a_row_are_listed_and_stay(filled: Site) -> None:
    ran = run("orphans")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "thumbs/00.png\t5",
        "thumbs/01.png\t6",
        "2 files (11 B) that no row names. Nothing has been changed.",
    ]
    assert "thumbs/00.png" in files(filled.media)


@pytest.mark.parametrize("written", ["{media}/thumbs/00.png", "albums/../thumbs/00.png", "./thumbs//00.png"])
def test_a_file_that_a_row_names_by_its_path_has_a_row(filled: Site, written: str) -> None:
    Sticker.objects.create(image=written.format(media=filled.media))
    assert run("orphans").out.splitlines()[0] == "thumbs/01.png\t6"


@pytest.mark.parametrize("written", ["/elsewhere/thumbs/00.png", "../media-of-another/thumbs/00.png", "{media}"])
def test_a_path_that_leads_elsewhere_names_none_of_the_files(filled: Site, written: str) -> None:
    Sticker.objects.create(image=written.format(media=filled.media))
    assert run("orphans").out.splitlines()[0] == "thumbs/00.png\t5"


def test_another_storage_can_be_asked(filled: Site) -> None:
    (filled.cloud / "stray.bin").write_bytes(b"1234")
    ran = run("orphans", "--from", "cloud", "--json")
    assert ran.objects[0] == {"type": "orphan", "name": "stray.bin", "size": 4}
