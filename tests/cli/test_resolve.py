"""Conflicts, as a person ends them on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Site, files, run
from tests.cli.scrapbook.models import Sticker

NAME = "stickers/03.png"
THEIRS = b"something else"


@pytest.fixture
def move(filled: Site) -> str:
    """The id of a move that has met a conflict."""
    there = filled.cloud / NAME
    there.parent.mkdir()
    there.write_bytes(THEIRS)
    ran = run("migrate", "--to", "cloud", "--json")
    assert ran.code == 1
    return str(ran.last["move"])


def test_the_advice_after_a_conflict_is_not_the_same_command_again(filled: Site, move: str) -> None:
    ran = run("migrate", "--to", "cloud")
    told = " ".join(ran.out.split())
    assert "Which file of a conflict is right, only you know" in told
    assert ran.out.splitlines()[-1] == f"Next:  python manage.py medialift resolve {move}"
    assert f"Next:  python manage.py medialift resolve {move}" in run("status", move).out


def test_what_the_next_run_can_mend_is_left_to_it(filled: Site, move: str) -> None:
    broken = filled.media / "thumbs" / "00.png"
    (filled.cloud / "thumbs" / "00.png").write_bytes(b"x")
    assert broken.exists()
    assert run("verify", "--deep").code == 1
    assert "Next:  python manage.py medialift migrate" in run("status", move).out


def test_without_a_decision_both_sides_are_shown_and_nothing_changes(filled: Site, move: str) -> None:
    before = files(filled.cloud)
    ran = run("resolve", move)
    assert ran.code == 1
    first, source, target, end = ran.out.splitlines()
    assert first == f"{NAME}: conflict: the target holds 14 bytes"
    assert re.fullmatch(rf"  source  12 B, .* UTC, {filled.media}/{NAME}", source)
    assert re.fullmatch(rf"  target  14 B, .* UTC, {filled.cloud}/{NAME}", target)
    assert end == "1 file to look at."
    assert files(filled.cloud) == before
    (decision, _) = run("resolve", move, NAME, "--json").objects
    assert (decision["decided"], decision["source"]["size"], decision["target"]["size"]) == ("", 12, 14)


def test_left_it_stays_and_the_move_is_complete(filled: Site, move: str, tmp_path: Path) -> None:
    assert run("resolve", move, NAME, "--leave").code == 0
    ran = run("migrate", "--to", "cloud")
    assert ran.code == 0
    assert "Accepted" in ran.out
    assert run("plan", "--to", "cloud").code == 0
    assert (filled.cloud / NAME).read_bytes() == THEIRS
    assert run("certificate", move, "--output", str(tmp_path)).code == 0
    told = json.loads((tmp_path / "certificate.json").read_text())["exceptions"]
    assert (NAME, "ACCEPTED") in [(each["name"], each["state"]) for each in told]
    assert run("resolve", move, NAME, "--undo").code == 0
    assert run("migrate", "--to", "cloud").code == 1


def test_replaced_the_sources_file_is_there_and_the_other_is_kept(filled: Site, move: str) -> None:
    assert run("resolve", move, NAME, "--replace").code == 0
    assert run("migrate", "--to", "cloud").code == 0
    there = files(filled.cloud)
    assert there.pop(f".medialift-superseded/{move}/{NAME}") == THEIRS
    assert there == files(filled.media)


def test_what_is_out_of_reach_can_be_left(filled: Site) -> None:
    (filled.media / "l.png").symlink_to("/etc/hostname")
    Sticker.objects.create(image="l.png")
    move = run("migrate", "--to", "cloud", "--json").last["move"]
    assert run("resolve", move, "l.png", "--replace").code == 2
    assert run("resolve", move, "l.png", "--leave").code == 0
    assert run("migrate", "--to", "cloud").code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--leave",), "not named"),
        (("stickers/00.png", "--leave"), "nothing to decide about 'stickers/00.png'"),
        ((NAME, "--undo"), "nothing to decide"),
    ],
)
def test_nothing_is_decided_that_was_not_asked(filled: Site, move: str, words: tuple[str, ...], told: str) -> None:
    ran = run("resolve", move, *words)
    assert ran.code == 2
    assert told in ran.error
