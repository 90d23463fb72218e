"""copy, verify, status, certificate and back, in the order in which a person uses them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from medialift import models
from medialift.ledger import DatabaseJournal
from medialift.move.journal import Outcome
from medialift.types import Copied, Item, NotVerified, Stored
from tests.cli.conftest import FILE_SYSTEM, Site, files, run, switch, use
from tests.cli.test_plan import golden, without_chance


@pytest.fixture
def moved(filled: Site) -> str:
    """The id of a complete move."""
    return str(run("migrate", "--to", "cloud", "--json").last["move"])


def anew(journal: DatabaseJournal, name: str) -> Copied:
    """A copy of the next version of a file."""
    known = journal.evidence_for([name])[name]
    item = Item(name, known.key, known.size, "another", {})
    return Copied(item, known.digests, Stored(known.key, known.size), known.proof)


class TestCopy:
    def test_copied_files_are_not_called_verified(self, filled: Site) -> None:
        ran = run("copy", "--to", "cloud")
        assert ran.code == 0
        assert without_chance(ran.out) == golden("copy.txt")
        assert files(filled.cloud) == files(filled.media)

    def test_verify_then_proves_them(self, filled: Site) -> None:
        copied = run("copy", "--to", "cloud", "--json").last
        assert set(copied["states"]) == {"copied", "missing-at-baseline"}
        assert run("verify").code == 0
        states = run("status", copied["move"], "--json").last["states"]
        assert set(states) == {"verified", "missing-at-baseline"}

    def test_conflicts_are_findings(self, filled: Site) -> None:
        filled.cloud.joinpath("stickers").mkdir()
        filled.cloud.joinpath("stickers/03.png").write_bytes(b"something else")
        assert run("copy", "--to", "cloud").code == 1


class TestVerify:
    def test_a_clean_target_reads_as_agreed(self, moved: str) -> None:
        ran = run("verify", moved)
        assert ran.code == 0
        assert without_chance(ran.out) == golden("verify.txt")

    def test_the_newest_move_is_meant_without_a_name(self, moved: str) -> None:
        assert run("verify", "--json").last["move"] == moved

    def test_a_file_that_is_gone_is_found(self, site: Site, moved: str) -> None:
        (site.cloud / "stickers" / "05.png").unlink()
        ran = run("verify", moved)
        assert ran.code == 1
        assert "stickers/05.png" in ran.out

    def test_a_flipped_byte_is_found_by_reading_everything(self, site: Site, moved: str) -> None:
        path = site.cloud / "stickers" / "05.png"
        body = path.read_bytes()
        path.write_bytes(body[:-1] + b"!")
        found = run("verify", moved, "--deep", "--json")
        assert found.code == 1
        assert [entry["name"] for entry in found.objects if entry["type"] == "not_verified"] == ["stickers/05.png"]

    def test_an_earlier_failure_is_not_forgotten_until_a_run_has_mended_it(self, site: Site, moved: str) -> None:
        path = site.cloud / "stickers" / "05.png"
        body = path.read_bytes()
        path.unlink()
        assert run("verify", moved).code == 1
        ran = run("verify", moved, "--json")
        assert (ran.code, ran.last["not_verified"], ran.last["unproved"]) == (1, 1, 0)
        assert run("status", moved, "--json").last["next"].endswith("migrate --from default --to cloud")
        assert run("migrate", "--to", "cloud").code == 0
        assert path.read_bytes() == body
        assert run("verify", moved).code == 0

    def test_what_another_run_copied_anew_meanwhile_is_not_counted_twice(
        self, site: Site, moved: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record = DatabaseJournal.record

        def overtaken(journal: DatabaseJournal, outcomes: Sequence[Outcome]) -> None:
            record(journal, [anew(journal, outcome.name) for outcome in outcomes if isinstance(outcome, NotVerified)])
            record(journal, outcomes)

        (site.cloud / "stickers" / "05.png").unlink()
        monkeypatch.setattr(DatabaseJournal, "record", overtaken)
        ran = run("verify", moved, "--json")
        assert (ran.code, ran.last["not_verified"], ran.last["unproved"]) == (1, 1, 0)
        assert run("status", moved, "--json").last["states"]["copied"]["files"] == 1

    def test_a_false_alarm_ends_with_the_next_verification(self, site: Site, moved: str) -> None:
        path = site.cloud / "stickers" / "05.png"
        aside = path.rename(site.cloud.parent / "aside.png")
        assert run("verify", moved).code == 1
        aside.rename(path)
        ran = run("verify", moved, "--json")
        assert (ran.code, ran.last["not_verified"], ran.last["unproved"], ran.last["reread"]) == (0, 0, 0, 1)
        assert "failed" not in run("status", moved, "--json").last["states"]
        assert run("certificate", moved, "--output", str(site.cloud.parent / "proof")).code == 0

    def test_a_listing_alone_does_not_end_an_alarm(self, site: Site, moved: str) -> None:
        path = site.cloud / "stickers" / "05.png"
        times = path.stat()
        path.write_bytes(path.read_bytes()[:-1] + b"!")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert run("verify", moved, "--deep").code == 1
        assert run("verify", moved).code == 1

    def test_everything_can_be_read_again(self, site: Site, moved: str) -> None:
        ran = run("verify", moved, "--deep", "--json")
        assert (ran.code, ran.last["reread"]) == (0, len(files(site.cloud)))

    def test_a_sample_says_what_it_proves(self, moved: str) -> None:
        ran = run("verify", moved, "--sample", "5", "--json").last
        assert ran["reread"] == 5
        assert 0 < ran["bound"] <= 1

    def test_the_source_may_be_gone(self, site: Site, moved: str, settings: Any) -> None:
        use(settings, {"default": settings.STORAGES["cloud"]})
        ran = run("verify", moved)
        assert ran.code == 0
        assert "(no alias)" in ran.out

    def test_a_target_that_no_alias_reaches_is_refused_with_the_settings(
        self, site: Site, moved: str, settings: Any
    ) -> None:
        use(settings, {"default": {"BACKEND": FILE_SYSTEM}})
        ran = run("verify", moved)
        assert ran.code == 2
        entry = ran.error.splitlines()[-1].strip()
        storages: dict[str, object] = {}
        exec(entry, {"STORAGES": storages})
        use(settings, {**settings.STORAGES, **storages})
        assert run("verify", moved).code == 0

    def test_an_empty_ledger_has_nothing_to_verify(self, site: Site) -> None:
        ran = run("verify")
        assert ran.code == 2
        assert "no move yet" in ran.error


class TestStatus:
    def test_a_move_reads_as_agreed(self, moved: str) -> None:
        ran = run("status")
        assert ran.code == 0
        assert without_chance(ran.out) == golden("status.txt")

    def test_an_empty_ledger_is_silent_for_scripts_and_tells_people(self, site: Site) -> None:
        assert run("status", "--json").out == ""
        assert "No move" in run("status").err

    def test_a_move_that_is_not_complete_says_how_to_go_on(self, filled: Site) -> None:
        run("copy", "--to", "cloud")
        assert run("status", "--json").last["next"] == ("python manage.py medialift migrate --from default --to cloud")

    def test_every_move_is_listed_newest_first(self, site: Site, moved: str, settings: Any) -> None:
        other = {"BACKEND": FILE_SYSTEM, "OPTIONS": {"location": str(site.cloud.with_name("other"))}}
        site.cloud.with_name("other").mkdir()
        use(settings, {**settings.STORAGES, "other": other})
        second = run("migrate", "--to", "other", "--json").last["move"]
        assert [entry["move"] for entry in run("status", "--json").objects] == [second, moved]


class TestPause:
    def test_a_held_move_says_so_until_it_is_let_go(self, moved: str) -> None:
        held = run("pause", "--json").last
        assert (held["move"], held["paused"]) == (moved, True)
        assert held["next"] == f"python manage.py medialift resume {moved}"
        assert "Paused" in run("status").out
        assert run("resume", moved, "--json").last["paused"] is False
        assert "Paused" not in run("status").out

    def test_without_a_move_there_is_nothing_to_hold(self, site: Site) -> None:
        ran = run("pause")
        assert ran.code == 2
        assert "no move yet" in ran.error


class TestCertificate:
    def test_others_can_check_it_without_us(self, site: Site, moved: str, tmp_path: Path) -> None:
        ran = run("certificate", moved, "--output", str(tmp_path / "proof"), "--json")
        assert ran.code == 0
        assert ran.last["complete"]
        checked = subprocess.run(
            ["sha256sum", "--check", "--strict", "--quiet", str(tmp_path / "proof" / "SHA256SUMS")], cwd=site.cloud
        )
        assert checked.returncode == 0
        written = json.loads((tmp_path / "proof" / "certificate.json").read_text())
        assert str(ran.last["root"]) in json.dumps(written)

    def test_one_that_is_not_complete_is_a_finding(self, filled: Site, tmp_path: Path) -> None:
        move = run("copy", "--to", "cloud", "--json").last["move"]
        ran = run("certificate", move, "--output", str(tmp_path / "proof"))
        assert ran.code == 1
        assert "Not complete" in ran.out


class TestBack:
    def test_what_was_written_since_the_switch_comes_home(self, site: Site, moved: str, settings: Any) -> None:
        switch(settings)
        originals = files(site.media)
        (site.cloud / "stickers" / "new.png").write_bytes(b"written at the cloud")
        ran = run("back", moved)
        assert ran.code == 0
        assert without_chance(ran.out) == golden("back.txt")
        assert files(site.media) == {**originals, "stickers/new.png": b"written at the cloud"}

    def test_an_empty_disk_is_filled_again(self, site: Site, moved: str, settings: Any) -> None:
        switch(settings)
        originals = files(site.media)
        for name in originals:
            (site.media / name).unlink()
        done = run("back", moved, "--json").last
        assert done["complete"]
        assert files(site.media) == originals
        (pair,) = done["pairs"]
        assert (pair["source"]["alias"], pair["target"]["alias"]) == ("default", "local")

    def test_an_old_source_that_no_alias_reaches_is_named_with_the_settings_to_add(
        self, site: Site, moved: str, settings: Any
    ) -> None:
        use(settings, {"default": settings.STORAGES["cloud"]})
        ran = run("back", moved)
        assert ran.code == 2
        assert str(site.media) in ran.error
        storages: dict[str, object] = {}
        exec(ran.error.splitlines()[-1].strip(), {"STORAGES": storages})
        use(settings, {**settings.STORAGES, **storages})
        assert run("back", moved).code == 0

    def test_a_dry_run_shows_what_would_come_home_and_writes_nothing(
        self, site: Site, moved: str, settings: Any
    ) -> None:
        switch(settings)
        (site.cloud / "stickers" / "new.png").write_bytes(b"written at the cloud")
        (site.cloud / "stickers" / "01.png").unlink()
        (site.cloud / "stickers" / "03.png").write_bytes(b"replaced at the cloud")
        here, ledger = files(site.media), list(models.Item.objects.order_by("pk").values())
        ran, scripted = run("back", moved, "--dry-run"), run("back", moved, "--dry-run", "--json")
        assert (ran.code, files(site.media), models.Move.objects.count()) == (0, here, 1)
        assert list(models.Item.objects.order_by("pk").values()) == ledger
        said = " ".join(ran.out.split())
        assert "Nothing has been changed: this is a plan." in said
        assert "To copy 2 files" in said
        assert f"the older copies at home are kept, below .medialift-superseded/{moved}/" in said
        assert "1 file deleted since the move would be left alone at home, such as stickers/01.png" in said
        assert said.endswith(f"Next: python manage.py medialift back {moved}")
        steps = {step["name"]: step["action"] for step in scripted.objects if step["type"] == "step"}
        assert (steps["stickers/new.png"], steps["stickers/03.png"]) == ("copy", "replace")
        assert run("back", moved, "--json").last["copied"]["files"] == 2

    def test_a_dry_run_after_a_way_back_knows_what_it_has_done(self, site: Site, moved: str, settings: Any) -> None:
        switch(settings)
        (site.cloud / "stickers" / "new.png").write_bytes(b"written at the cloud")
        run("back", moved)
        said = " ".join(run("back", moved, "--dry-run").out.split())
        assert "To copy nothing" in said

    def test_a_second_run_has_nothing_to_do(self, site: Site, moved: str, settings: Any) -> None:
        switch(settings)
        first, second = run("back", moved, "--json").last, run("back", moved, "--json").last
        assert first["move"] == second["move"]
        assert second["copied"] == {"files": 0, "bytes": 0}
