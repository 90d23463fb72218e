"""What the verbs say of a file that was there when the move was planned."""

from __future__ import annotations

from pathlib import Path

import pytest

from medialift.stores.filesystem import FilesystemStore
from tests.cli.conftest import Site, run
from tests.cli.scrapbook.models import Sticker

LOST = "stickers/03.png"


@pytest.fixture
def lost(filled: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The site after a run during which a visitor deleted a file."""
    get = FilesystemStore.get

    def deleted_first(self: FilesystemStore, key: str, **more: object) -> object:
        if key == LOST:
            (filled.media / LOST).unlink(missing_ok=True)
        return get(self, key, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(FilesystemStore, "get", deleted_first)
        ran = run("migrate", "--to", "cloud")
    assert ran.code == 1
    told = " ".join(ran.out.split())
    assert "Vanished 1 file" in told
    assert f"{LOST} it was there when the move was planned" in told
    return filled


def test_while_its_row_is_there_every_verb_says_so(lost: Site, tmp_path: Path) -> None:
    ran = run("plan", "--to", "cloud")
    assert ran.code == 1
    assert f"Vanished 1 file seen by an earlier run, gone since, and still named by rows: {LOST}" in " ".join(
        ran.out.split()
    )
    again = run("migrate", "--to", "cloud", "--json")
    assert (again.code, again.last["states"]["vanished"]["files"]) == (1, 1)
    move = again.last["move"]
    assert run("status", move, "--problems").out.splitlines()[0].split("\t")[:2] == [LOST, "vanished"]
    assert run("certificate", move, "--output", str(tmp_path / "proof")).code == 1


def test_deleted_with_its_row_it_is_settled_and_told(lost: Site) -> None:
    Sticker.objects.filter(image=LOST).delete()
    planned = run("plan", "--to", "cloud")
    assert planned.code == 0
    assert "Deleted" in planned.out
    ran = run("migrate", "--to", "cloud")
    assert ran.code == 0
    assert "Deleted" in ran.out
    assert run("migrate", "--to", "cloud", "--json").last["states"]["deleted"]["files"] == 1


def test_a_move_of_chosen_models_does_not_know_what_other_rows_say(lost: Site) -> None:
    Sticker.objects.filter(image=LOST).delete()
    assert run("migrate", "--to", "cloud", "--model", "Postcard").code == 1
