"""What the verbs say of a file that the site can read and a move cannot take."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Site, run
from tests.cli.scrapbook.models import Sticker

LINKED = "stickers/linked.png"


@pytest.fixture
def linked(filled: Site) -> Site:
    """The site, with a row whose file is a link out of the folder."""
    outside = filled.media.parent / "elsewhere.png"
    outside.write_bytes(b"readable")
    (filled.media / LINKED).symlink_to(outside)
    Sticker.objects.create(image=LINKED)
    with Sticker.objects.get(image=LINKED).image.open() as file:
        assert file.read() == b"readable", "the site can read it"
    return filled


def test_a_plan_names_it_and_ends_with_findings(linked: Site) -> None:
    ran = run("plan", "--to", "cloud")
    assert ran.code == 1
    told = " ".join(ran.out.split())
    assert f"Out of reach 1 file that the site can read and a move cannot take: {LINKED} (a link leads" in told
    assert "Missing 1 file" in told


def test_a_plan_for_scripts_has_an_action_and_a_count_of_its_own(linked: Site) -> None:
    found = run("plan", "--to", "cloud", "--json").objects
    (step,) = (entry for entry in found if entry["type"] == "step" and entry["action"] == "out-of-reach")
    assert step["name"] == LINKED
    assert "a link leads it out" in step["reason"]
    assert [e["out_of_reach_rows"] for e in found if e.get("field") == "scrapbook.Sticker.image"] == [1]
    assert found[-1]["actions"]["out-of-reach"] == {"files": 1, "bytes": 0}


def test_a_move_stays_open_and_every_verb_tells_it(linked: Site, tmp_path: Path) -> None:
    ran = run("migrate", "--to", "cloud")
    assert ran.code == 1
    assert LINKED in ran.out
    assert "STORAGES" not in ran.out, "there is nothing to switch to yet"
    told = run("migrate", "--to", "cloud", "--json")
    assert not told.last["complete"]
    assert told.last["states"]["out-of-reach"]["files"] == 1
    assert told.last["states"]["missing-at-baseline"]["files"] == 1
    move = told.last["move"]
    problems = run("status", move, "--problems")
    assert problems.code == 1
    assert problems.out.splitlines()[0].split("\t")[:2] == [LINKED, "out-of-reach"]
    assert "Out of reach" in run("status", move).out
    assert run("certificate", move, "--output", str(tmp_path / "proof")).code == 1
    facts = json.loads((tmp_path / "proof" / "certificate.json").read_text())
    assert facts["not_complete_because"] == ["1 file is out of reach"]
    assert [e["name"] for e in facts["exceptions"] if e["state"] == "OUT_OF_REACH"] == [LINKED]
    assert facts["fields"]["scrapbook.Sticker.image"]["out_of_reach"] == 1


def test_a_copy_alone_and_a_verification_are_findings_too(linked: Site) -> None:
    assert run("copy", "--to", "cloud").code == 1
    assert run("verify").code == 1


def test_the_list_of_missing_rows_gives_the_reason_and_is_no_good_news(linked: Site) -> None:
    ran = run("missing")
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert "postcards/gone.jpg" in lines[0]
    name, field, _, reason = lines[1].split("\t")
    assert (name, field) == (LINKED, "scrapbook.Sticker.image")
    assert "a link leads it out of the folder" in reason
    assert lines[-1] == "1 row whose file is not there. Nothing has been changed."
    objects = run("missing", "--json").objects
    assert [entry["type"] for entry in objects] == ["missing", "out_of_reach", "listing", "listing"]


def test_copied_inside_the_folder_it_moves_and_the_move_is_complete(linked: Site) -> None:
    assert run("migrate", "--to", "cloud").code == 1
    (linked.media / LINKED).unlink()
    linked.write(LINKED, b"readable")
    assert run("migrate", "--to", "cloud").code == 0
    assert (linked.cloud / LINKED).read_bytes() == b"readable"
