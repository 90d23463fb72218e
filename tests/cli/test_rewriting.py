"""``--rewrite``: the files arrive under their new names, then the rows follow, and ``back`` undoes both."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from medialift.cli.rewriting import rewriting_of
from medialift.errors import RefusedError
from medialift.ledger import changes_of, find_move
from medialift.models import Move
from medialift.move.renaming import Rules
from medialift.references import recorded, renamed_rows
from medialift.references.fields import find_columns
from medialift.types import Fate
from tests.cli.albums import models as albums
from tests.cli.conftest import FILE_SYSTEM, Ran, Site, files, run, switch, use
from tests.cli.scrapbook.models import Postcard, Sticker

has_composite_keys = pytest.mark.skipif(django.VERSION < (5, 2), reason="Django has such keys since 5.2")

STRIP_AND_ADD = ("--rewrite", "strip:stickers/", "--rewrite", "add:2024/")


def renamed(name: str) -> str:
    return f"2024/{name.removeprefix('stickers/')}"


def rows() -> list[str]:
    held = [*Sticker.objects.values_list("image", flat=True), *Postcard.objects.values_list("front", flat=True)]
    return sorted(filter(None, [*held, *Postcard.objects.values_list("back", flat=True)]))


def migrate(*arguments: str) -> Ran:
    return run("migrate", "--to", "cloud", "--json", *arguments)


def told(ran: Ran, kind: str) -> dict[str, Any]:
    (found,) = (entry for entry in ran.objects if entry["type"] == kind)
    return found


def test_files_arrive_under_new_names_and_every_row_follows(filled: Site) -> None:
    before, held = files(filled.media), rows()
    done = migrate(*STRIP_AND_ADD)
    assert done.code == 0, done
    assert files(filled.cloud) == {renamed(name): body for name, body in before.items()}
    assert files(filled.media) == before
    # The one row whose file was never there keeps what it says.
    assert rows() == sorted(name if name == "postcards/gone.jpg" else renamed(name) for name in held)
    assert told(done, "references") == {"type": "references", "rows": 18, "changed": 17, "overtaken": 0, "escaped": 0}


def test_a_second_run_changes_nothing_and_a_later_file_follows(filled: Site) -> None:
    migrate(*STRIP_AND_ADD)
    held = rows()
    again = migrate(*STRIP_AND_ADD)
    assert (again.code, told(again, "move")["copied"]["files"], rows()) == (0, 0, held)
    filled.sticker("stickers/later.png", b"later")
    third = migrate(*STRIP_AND_ADD)
    assert (third.code, told(third, "move")["copied"]["files"]) == (0, 1)
    assert rows() == sorted([*held, "2024/later.png"])


def test_a_name_that_is_another_files_old_one_is_changed_only_once(site: Site) -> None:
    """`a` becomes `x/a`, and the file that was `x/a` becomes `x/x/a`: a second run must not take one for the other."""
    for name in ("a", "x/a", "x/x/a"):
        site.sticker(name, name.encode())
    for _ in range(3):
        assert migrate("--rewrite", "add:x/").code == 0
        assert files(site.cloud) == {f"x/{name}": name.encode() for name in ("a", "x/a", "x/x/a")}
        assert list(Sticker.objects.order_by("pk").values_list("image", flat=True)) == ["x/a", "x/x/a", "x/x/x/a"]


def test_the_site_serves_and_everything_comes_home_with_its_old_name(filled: Site, settings: Any) -> None:
    before, held = files(filled.media), rows()
    move = told(migrate(*STRIP_AND_ADD), "move")["move"]
    switch(settings)
    sticker = Sticker.objects.get(image="2024/03.png")
    with sticker.image.open() as file:
        assert file.read() == b"png" * 4
    new = default_storage.save("stickers/new.png", ContentFile(b"new"))
    Sticker.objects.create(image=new)
    changed = filled.cloud / "2024" / "05.png"
    changed.write_bytes(b"painted over")
    (filled.media / "stickers" / "04.png").unlink()
    planned = [found for found in run("back", move, "--dry-run", "--json").objects if found["type"] == "step"]
    assert {step["name"] for step in planned if step["action"] == "copy"} == {new, "stickers/04.png"}
    assert {step["name"] for step in planned if step["action"] == "replace"} == {"stickers/05.png"}
    back = run("back", move, "--json")
    assert back.code == 0, back
    assert told(back, "rows_undone") == {"type": "rows_undone", "undone": 17, "kept": 0}
    assert rows() == sorted([*held, new])
    after = {name: body for name, body in files(filled.media).items() if not name.startswith(".medialift")}
    assert after == {**before, new: b"new", "stickers/05.png": b"painted over"}
    again = run("back", move, "--json")
    assert again.code == 0, again
    assert rows() == sorted([*held, new])


def test_a_way_back_does_not_put_two_files_under_one_name(filled: Site, settings: Any) -> None:
    move = told(migrate(*STRIP_AND_ADD), "move")["move"]
    switch(settings)
    default_storage.save("stickers/00.png", ContentFile(b"newer"))
    ran = run("back", move)
    assert ran.code == 2
    assert "both would come home under one name" in ran.error


def test_copies_of_an_earlier_run_that_kept_the_names_do_not_stop_the_way_back(filled: Site, settings: Any) -> None:
    before, held = files(filled.media), rows()
    assert migrate().code == 0
    move = told(migrate(*STRIP_AND_ADD), "move")["move"]
    switch(settings)
    shutil.rmtree(filled.media)
    filled.media.mkdir()
    assert run("back", move).code == 0
    assert (files(filled.media), rows()) == (before, held)


def test_a_row_that_somebody_changed_meanwhile_stays(filled: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    real = renamed_rows.changes

    def changed_meanwhile(*arguments: Any) -> Iterator[Any]:
        for change in real(*arguments):
            if change.old == "stickers/07.png":
                Sticker.objects.filter(pk=change.pk).update(image="stickers/other.png")
            yield change

    monkeypatch.setattr("medialift.cli.rewriting.changes", changed_meanwhile)
    done = migrate(*STRIP_AND_ADD)
    assert (told(done, "references")["changed"], told(done, "references")["overtaken"]) == (16, 1)
    assert "stickers/other.png" in rows()


@pytest.mark.parametrize("made", [0, 1, 9])
@pytest.mark.parametrize("after", [True, False])
def test_a_kill_between_two_steps_is_made_good(
    filled: Site, monkeypatch: pytest.MonkeyPatch, made: int, after: bool
) -> None:
    """Killed before or after a row is changed, with the change written down and not ticked off."""

    class KilledError(BaseException):
        pass

    real, count = recorded._set, 0

    def killed(*arguments: Any, **options: Any) -> bool:
        nonlocal count
        count += 1
        if count == made + 1:
            if after:
                real(*arguments, **options)
            raise KilledError
        return real(*arguments, **options)

    held = rows()
    with monkeypatch.context() as patch:
        patch.setattr(recorded, "_set", killed)
        with pytest.raises(KilledError):
            migrate(*STRIP_AND_ADD)
    done = migrate(*STRIP_AND_ADD)
    assert (done.code, told(done, "references")["changed"]) == (0, 17)
    assert rows() == sorted(name if name == "postcards/gone.jpg" else renamed(name) for name in held)
    tallies = changes_of(find_move(told(done, "move")["move"])).tallies()
    assert tallies == {Fate.MADE: 17}


def test_after_the_switch_late_files_follow_and_new_ones_of_an_old_name_are_left(filled: Site, settings: Any) -> None:
    migrate(*STRIP_AND_ADD)
    filled.sticker("stickers/late.png", b"late")
    switch(settings)
    reused = default_storage.save("stickers/00.png", ContentFile(b"another file"))
    assert reused == "stickers/00.png"
    row = Sticker.objects.create(image=reused)
    done = run("migrate", "--from", "local", "--to", "default", "--json", *STRIP_AND_ADD)
    assert done.code == 0, done
    assert "2024/late.png" in rows()
    row.refresh_from_db()
    with row.image.open() as file:
        assert file.read() == b"another file"


class TestRefusals:
    """Before anything is written."""

    def refused(self, site: Site, *arguments: str) -> str:
        held = rows()
        ran = migrate(*arguments)
        assert ran.code == 2, ran
        assert (files(site.cloud), rows()) == ({}, held)
        assert run("copy", "--to", "cloud", *arguments).code == 2
        return ran.error

    def test_several_files_under_one_name(self, filled: Site) -> None:
        error = self.refused(filled, "--rewrite", "flatten")
        assert error.startswith("medialift.E067: Several files would get the name 00.png: ")
        planned = run("plan", "--to", "cloud", "--rewrite", "flatten")
        assert planned.code == 1
        assert "Clashes" in planned.out

    def test_a_name_that_does_not_fit(self, filled: Site) -> None:
        folder = "x" * 190 + "/"
        error = self.refused(filled, "--rewrite", f"add:{folder}")
        assert error.startswith("medialift.E066: ")
        assert "takes 200 characters" in error
        planned = run("plan", "--to", "cloud", "--rewrite", f"add:{folder}", "--json")
        assert planned.code == 1
        assert {found["id"] for found in planned.objects if found["type"] == "finding"} == {"medialift.E066"}

    def test_a_name_that_is_none(self, filled: Site) -> None:
        assert self.refused(filled, "--rewrite", "regex:.*=>").startswith("medialift.E068: ")

    @pytest.mark.parametrize("rule", ["nonsense", "add:x", "regex:(=>x"])
    def test_a_rule_that_is_none(self, filled: Site, rule: str) -> None:
        assert rule in self.refused(filled, "--rewrite", rule)

    def test_another_rule_than_the_rows_were_changed_by(self, filled: Site) -> None:
        done = migrate(*STRIP_AND_ADD)
        for arguments in ([], ["--rewrite", "add:2025/"]):
            ran = migrate(*arguments)
            assert ran.code == 2
            assert "--rewrite strip:stickers/ --rewrite add:2024/" in ran.error
            assert f"back {told(done, 'move')['move']}" in ran.error


def test_the_plan_shows_the_rule_at_work(filled: Site) -> None:
    planned = run("plan", "--to", "cloud", *STRIP_AND_ADD)
    assert planned.code == 0
    assert re.search("^Rewrite +18 files get a new name: ", planned.out, re.MULTILINE)
    assert "2024/" in planned.out.partition("a new name: ")[2].partition("Effort")[0]
    assert planned.out.splitlines()[-1].endswith("--rewrite strip:stickers/ --rewrite add:2024/")
    assert files(filled.cloud) == {}


def test_verify_and_certificate_speak_of_the_new_names(filled: Site, tmp_path: Path) -> None:
    move = told(migrate(*STRIP_AND_ADD), "move")["move"]
    assert run("verify", move, "--deep", "--json").last["not_verified"] == 0
    (filled.cloud / "2024" / "03.png").write_bytes(b"bad bytes!!!")
    assert run("verify", move, "--json").last["not_verified"] == 1
    (filled.cloud / "2024" / "03.png").write_bytes(b"png" * 4)
    assert run("verify", move, "--deep", "--json").last["not_verified"] == 0
    assert run("certificate", move, "--output", str(tmp_path / "proof")).code == 0
    listed = (tmp_path / "proof" / "SHA256SUMS").read_text(encoding="utf-8")
    names = sorted(line.partition("  ")[2] for line in listed.splitlines())
    assert names == sorted(files(filled.cloud))


def test_routes_go_by_the_new_names(site: Site, settings: Any) -> None:
    home = site.media.parent
    (home / "documents").mkdir()
    options = {"provider": "filesystem", "bucket": str(site.cloud), "routes": {"docs/": "documents"}}
    use(settings, {
        "default": {"BACKEND": FILE_SYSTEM},
        "cloud": {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": options},
        "documents": {"BACKEND": FILE_SYSTEM, "OPTIONS": {"location": str(home / "documents")}},
    })  # fmt: skip
    site.sticker("stickers/1.pdf", b"pdf")
    site.sticker("stickers/2.png", b"png")
    assert migrate("--rewrite", r"regex:^stickers/(.*\.pdf)=>docs/\1").code == 0
    assert files(home / "documents") == {"docs/1.pdf": b"pdf"}
    assert files(site.cloud) == {"stickers/2.png": b"png"}
    assert rows() == ["docs/1.pdf", "stickers/2.png"]


def test_the_check_after_the_switch_looks_for_the_new_names(filled: Site, settings: Any) -> None:
    move = told(migrate(*STRIP_AND_ADD), "move")["move"]
    switch(settings)
    ran = run("switch", move, "--check", "--json")
    found = {entry["id"]: entry["state"] for entry in ran.objects if entry["type"] == "check"}
    assert (found["medialift.E070"], found["medialift.E071"]) == ("ok", "ok")


@has_composite_keys
class TestKeysOfSeveralColumns:
    @pytest.fixture(autouse=True)
    def _albums(self, filled: Site) -> Iterator[None]:
        apps.set_installed_apps(["django.contrib.contenttypes", "medialift", "tests.cli.scrapbook", "tests.cli.albums"])
        for number in range(3):
            name = filled.write(f"pictures/{number}.jpg", b"jpg" * (number + 1))
            albums.AlbumPicture.objects.create(album="it's", number=number, file=name)
        yield
        apps.unset_installed_apps()

    def pictures(self) -> list[str]:
        return list(albums.AlbumPicture.objects.order_by("number").values_list("file", flat=True))

    def test_their_rows_follow_and_come_back(self, filled: Site, settings: Any) -> None:
        before, held, pictures = files(filled.media), rows(), self.pictures()
        done = migrate("--rewrite", "add:n/")
        assert done.code == 0, done
        assert told(done, "references")["changed"] == 20
        assert self.pictures() == [f"n/{name}" for name in pictures]
        again = migrate("--rewrite", "add:n/")
        assert (again.code, self.pictures()) == (0, [f"n/{name}" for name in pictures])
        switch(settings)
        back = run("back", told(done, "move")["move"], "--json")
        assert (back.code, told(back, "rows_undone")["undone"]) == (0, 20)
        assert (files(filled.media), rows(), self.pictures()) == (before, held, pictures)

    def test_a_move_at_which_an_earlier_version_stopped_goes_on(
        self, filled: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pictures = self.pictures()
        self.stopped(monkeypatch)
        done = migrate("--rewrite", "add:n/")
        assert done.code == 0, done
        assert (told(done, "references")["changed"], told(done, "references")["overtaken"]) == (20, 0)
        assert self.pictures() == [f"n/{name}" for name in pictures]

    def test_a_move_at_which_an_earlier_version_stopped_can_be_undone(
        self, filled: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        held, pictures = rows(), self.pictures()
        move = self.stopped(monkeypatch)
        assert rows() != held
        assert migrate().code == 2
        back = run("back", move, "--json")
        assert back.code == 0, back
        assert (rows(), self.pictures()) == (held, pictures)
        assert migrate().code == 0

    def stopped(self, monkeypatch: pytest.MonkeyPatch) -> str:
        """The move that an earlier version began, and left with changes that it could not make."""
        pictures = self.pictures()
        with monkeypatch.context() as patch:
            patch.setattr("medialift.references.scan.writer", lambda model: str)
            patch.setattr(recorded, "is_readable", lambda *_: True)
            assert migrate("--rewrite", "add:n/").code == 70
        assert self.pictures() == pictures
        return Move.objects.get().public_id


@has_composite_keys
def test_a_field_that_is_part_of_the_key_is_refused() -> None:
    columns = find_columns(["Plate"]).columns
    assert rewriting_of(Rules(()), columns) is None
    with pytest.raises(RefusedError, match=r"site\.Plate\.file: it is part of the primary key"):
        rewriting_of(Rules(("add:n/",)), columns)
