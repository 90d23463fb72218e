from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile

from medialift.providers import provider_ids
from tests.cli.conftest import FILE_SYSTEM, Site, files, run, use
from tests.cli.scrapbook.models import Postcard, Sticker

GOLDEN = Path(__file__).parent / "golden"
MEDIA = "medialift.storage.MediaStorage"


def without_chance(text: str) -> str:
    """*text* without what differs from run to run: the temporary folder, ids of moves, speeds, times."""
    text = re.sub(r"/tmp/ml-\w{8}", "/tmp/ml-xxxxxxxx", text)
    text = re.sub(
        r"\b(?P<before>[Mm]ove|back|status|switch|verify|certificate) [2-9a-z]{6}\b", r"\g<before> xxxxxx", text
    )
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "2026-01-02 03:04 UTC", text)
    return re.sub(r"in less than 1 s \(.*\)", "in less than 1 s (1.0 MiB/s)", text)


def golden(name: str) -> str:
    return (GOLDEN / name).read_text(encoding="utf-8")


def test_a_plan_reads_as_agreed(filled: Site) -> None:
    ran = run("plan", "--to", "cloud")
    assert ran.code == 0
    assert without_chance(ran.out) == golden("plan.txt")


def test_a_plan_writes_nothing(filled: Site) -> None:
    before = files(filled.media)
    run("plan", "--to", "cloud")
    assert files(filled.cloud) == {}
    assert files(filled.media) == before
    assert run("status", "--json").out == ""


def test_a_plan_for_scripts_names_every_file_and_counts_the_fields(filled: Site) -> None:
    found = run("plan", "--to", "cloud", "--json").objects
    steps = {entry["name"]: entry["action"] for entry in found if entry["type"] == "step"}
    assert steps == dict.fromkeys(files(filled.media), "copy") | {"postcards/gone.jpg": "missing"}
    fields = {entry["field"]: entry for entry in found if entry["type"] == "field"}
    front, back = fields["scrapbook.Postcard.front"], fields["scrapbook.Postcard.back"]
    assert (front["rows"], front["files"], front["shared"]) == (4, 4, 1)
    assert (back["rows"], back["empty"], back["missing_rows"]) == (4, 3, 1)
    assert fields["scrapbook.Sticker.image"]["zero_bytes"] == 1
    assert found[-1]["type"] == "plan_summary"
    assert found[-1]["unreferenced"] == {"files": 2, "bytes": 11}


def test_conflicts_are_findings(filled: Site) -> None:
    there = filled.cloud / "stickers" / "03.png"
    there.parent.mkdir()
    there.write_bytes(b"something else")
    ran = run("plan", "--to", "cloud")
    assert ran.code == 1
    assert "1 file with other bytes at the target, left alone: stickers/03.png" in ran.out.replace(
        "\n             ", " "
    )
    assert there.read_bytes() == b"something else"


def test_what_an_earlier_sync_has_copied_is_adopted(filled: Site) -> None:
    there = filled.cloud / "stickers" / "03.png"
    there.parent.mkdir()
    there.write_bytes((filled.media / "stickers" / "03.png").read_bytes())
    actions = run("plan", "--to", "cloud", "--json").last["actions"]
    assert actions["adopt"]["files"] == 1


def test_chosen_models_alone_take_part(filled: Site) -> None:
    found = run("plan", "--to", "cloud", "--model", "scrapbook.Postcard", "--json").objects
    assert {entry["field"] for entry in found if entry["type"] == "field"} == {
        "scrapbook.Postcard.front",
        "scrapbook.Postcard.back",
    }
    assert not [entry for entry in found if entry["type"] == "step" and entry["name"].startswith("thumbs/")]
    assert "--model scrapbook.Postcard" in found[-1]["next"]


def test_files_without_a_row_can_be_left_out(filled: Site) -> None:
    ran = run("plan", "--to", "cloud", "--no-unreferenced")
    assert "Left out" in ran.out
    assert "no row names them" in ran.out
    assert "--no-unreferenced" in ran.out.splitlines()[-1]


def test_of_files_that_other_models_name_nobody_says_that_no_row_does(filled: Site) -> None:
    said = " ".join(run("plan", "--to", "cloud", "--model", "scrapbook.Postcard").out.split())
    assert "no row of these models names them" in said
    assert "(other files)" in said
    assert "no row names" not in said


def test_what_lies_in_the_folder_and_is_no_file_is_told(filled: Site) -> None:
    (filled.media / "dangling.jpg").symlink_to("/nowhere/at/all.jpg")
    told = " ".join(run("plan", "--to", "cloud").out.split())
    assert "dangling.jpg is left out" in told


class TestRowsThatChoose:
    @pytest.fixture(autouse=True)
    def _stickers_choose(self, filled: Site, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stickers 10 and 11 lie in an archive, all others where the site has its media."""
        self.archive = FileSystemStorage(str(filled.media.parent / "archive"))
        archive, field = self.archive, Sticker._meta.get_field("image")

        class Choosing(FieldFile):
            def __init__(self, instance: Any, field: Any, name: str | None) -> None:
                super().__init__(instance, field, name)
                if name and name.startswith("stickers/1"):
                    self.storage = archive

        monkeypatch.setattr(field, "attr_class", Choosing)

    def plan(self, *arguments: str) -> str:
        return " ".join(run("plan", "--to", "cloud", *arguments).out.split())

    def chosen(self) -> list[tuple[str, list[tuple[str, int]]]]:
        found = [entry for entry in run("plan", "--to", "cloud", "--json").objects if entry["type"] == "chosen"]
        return [
            (entry["field"], [(at["store"]["alias"] or at["store"]["container"], at["rows"]) for at in entry["stores"]])
            for entry in found
        ]

    def test_the_plan_names_the_field_and_counts_its_rows_by_store(self) -> None:
        there = os.path.realpath(self.archive.location)
        told = self.plan()
        assert "Elsewhere 2 rows of other storages, not in this plan: scrapbook.Sticker.image" in told
        assert (
            "By row scrapbook.Sticker.image: each row chooses its storage: "
            f"11 rows in default, 2 rows in filesystem:{there} Effort" in told
        )
        assert self.chosen() == [("scrapbook.Sticker.image", [("default", 11), (there, 2)])]

    def test_a_store_that_has_an_alias_is_called_by_it(self, settings: Any) -> None:
        archive = {"BACKEND": FILE_SYSTEM, "OPTIONS": {"location": self.archive.location}}
        use(settings, {**settings.STORAGES, "archive": archive})
        assert "11 rows in default, 2 rows in archive Effort" in self.plan()

    def test_it_is_told_too_where_all_rows_choose_the_source(self) -> None:
        Sticker.objects.filter(image__startswith="stickers/1").delete()
        told = self.plan()
        assert "Elsewhere" not in told
        assert "By row scrapbook.Sticker.image: each row chooses its storage: 11 rows in default Effort" in told
        assert self.chosen() == [("scrapbook.Sticker.image", [("default", 11)])]

    def test_a_field_with_another_storage_for_all_its_rows_is_none_of_these(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Postcard._meta.get_field("front"), "storage", self.archive)
        told = self.plan()
        assert "Elsewhere 6 rows of other storages" in told
        assert told.count("By row") == 1
        assert [field for field, _ in self.chosen()] == ["scrapbook.Sticker.image"]

    def test_of_models_that_were_not_chosen_nothing_is_told(self) -> None:
        assert "By row" not in self.plan("--model", "scrapbook.Postcard")

    def test_a_plan_in_parts_tells_it_once_and_of_every_store(self, filled: Site, settings: Any) -> None:
        archive = Path(self.archive.location)
        archive.mkdir()
        options = {"bucket": str(filled.cloud), "access": "private", "routes": {"thumbs/": "archive"}}
        cloud = {"BACKEND": MEDIA, "OPTIONS": {"provider": "filesystem", **options}}
        entry = {"BACKEND": FILE_SYSTEM, "OPTIONS": {"location": str(archive)}}
        use(settings, {**settings.STORAGES, "cloud": cloud, "archive": entry})
        told = self.plan()
        assert "Part 2 of 2" in told
        assert told.count("By row") == 1
        assert self.chosen() == [("scrapbook.Sticker.image", [("default", 11), ("archive", 2)])]


class TestComparing:
    def test_every_provider_is_held_against_the_site_without_any_target(self, filled: Site) -> None:
        ran = run("plan", "--compare", "--json")
        assert ran.code == 0
        costs = {entry["provider"]: entry for entry in ran.objects if entry["type"] == "cost"}
        assert set(costs) == set(provider_ids())
        sizes = [len(body) for body in files(filled.media).values()]
        last = ran.last
        assert (last["type"], last["files"], last["bytes"]) == ("comparison", len(sizes), sum(sizes))
        assert last["egress"] == last["bytes"], "everything once a month, unless said otherwise"

    def test_traffic_is_what_one_says(self, filled: Site) -> None:
        found = run("plan", "--compare", "--egress", "1.1TB", "--json")
        costs = {entry["provider"]: entry for entry in found.objects if entry["type"] == "cost"}
        assert found.last["egress"] == 1_100_000_000_000
        assert costs["s3"]["usd_sent"] - costs["s3"]["usd_kept"] > 1000 * 0.09
        assert costs["wasabi"]["usd_sent"] == 0

    def test_it_reads_as_a_table_and_writes_nothing(self, filled: Site) -> None:
        out = run("plan", "--compare").out
        assert "Cloudflare R2" in out
        assert files(filled.cloud) == {}

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            ((), "one of the arguments --to --compare is required"),
            (("--to", "cloud", "--compare"), "not allowed with"),
            (("--compare", "--egress", "much"), "write it as 100GB"),
            (("--to", "cloud", "--egress", "1GB"), "nothing without --compare"),
            (("--compare", "--model", "scrapbook.Postcard"), "counts every file"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, filled: Site, arguments: tuple[str, ...], told: str) -> None:
        ran = run("plan", *arguments)
        assert ran.code
        assert told in ran.error


@pytest.mark.django_db(transaction=True)
def test_a_plan_needs_no_ledger_and_says_how_to_get_one(filled: Site) -> None:
    from django.db import connection

    from medialift.models import FieldLabel, Item, Move, StorePair

    with connection.schema_editor() as editor:
        for model in (Item, FieldLabel, StorePair, Move):
            editor.delete_model(model)
    try:
        planned, moved = run("plan", "--to", "cloud"), run("migrate", "--to", "cloud")
    finally:
        with connection.schema_editor() as editor:
            for model in (Move, StorePair, FieldLabel, Item):
                editor.create_model(model)
    assert planned.code == 0
    assert "python manage.py migrate medialift" in " ".join(planned.out.split())
    assert moved.code == 2
    assert "python manage.py migrate medialift" in moved.error
    assert files(filled.cloud) == {}
