from __future__ import annotations

import re
from pathlib import Path

import pytest

from medialift.providers import provider_ids
from tests.cli.conftest import Site, files, run

GOLDEN = Path(__file__).parent / "golden"


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
