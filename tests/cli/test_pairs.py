"""One move between several pairs of stores: the verbs after it speak of all of them."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from medialift import ledger
from medialift.cli.ends import open_ends
from medialift.cli.moves import begin, find_move
from medialift.models import Move
from medialift.move import run as engine
from medialift.move.values import Job
from tests.cli.conftest import FILE_SYSTEM, Site, files, run, use

MEDIA = {"a.txt": b"aa", "b.txt": b"bbb", "both.txt": b"one"}
FILMS = {"c.txt": b"cccc", "both.txt": b"the other one"}


def entry(folder: Path) -> dict[str, Any]:
    return {"BACKEND": FILE_SYSTEM, "OPTIONS": {"location": str(folder)}}


@pytest.fixture
def films(site: Site, settings: Any) -> tuple[Path, Path]:
    """A second folder of the site, and its target; a file of one name lies in both folders."""
    here, there = site.media.parent / "films", site.media.parent / "vault"
    for folder in (here, there):
        folder.mkdir()
    for name, body in FILMS.items():
        (here / name).write_bytes(body)
    for name, body in MEDIA.items():
        site.write(name, body)
    use(settings, {**settings.STORAGES, "films": entry(here), "vault": entry(there)})
    return here, there


@pytest.fixture
def moved(films: tuple[Path, Path]) -> str:
    """The id of one move of both."""
    ends = [open_ends("default", "cloud"), open_ends("films", "vault")]
    move = begin(*(one.pair for one in ends))
    for one, pair in zip(ends, move.pairs, strict=True):
        assert engine.migrate(Job(one.source, one.target, pair.journal, references=tuple)).complete
    return move.id


class TestVerify:
    def test_every_pair_is_verified(self, moved: str) -> None:
        ran = run("verify", moved, "--json")
        assert (ran.code, ran.last["verified"]["files"]) == (0, 5)
        assert [pair["target"]["alias"] for pair in ran.last["pairs"]] == ["cloud", "vault"]

    def test_a_file_that_the_second_target_lost_is_found(self, films: tuple[Path, Path], moved: str) -> None:
        (films[1] / "c.txt").unlink()
        ran = run("verify", moved, "--json")
        assert (ran.code, ran.last["not_verified"]) == (1, 1)
        problems = run("status", moved, "--problems", "--json")
        assert (problems.code, problems.objects[0]["name"]) == (1, "c.txt")

    def test_files_of_one_name_are_told_apart(self, films: tuple[Path, Path], moved: str) -> None:
        (films[1] / "both.txt").write_bytes(b"THE OTHER ONE")
        ran = run("verify", moved, "--deep", "--json")
        assert (ran.code, ran.last["not_verified"], ran.last["reread"]) == (1, 1, 5)

    def test_a_sample_is_drawn_from_all_pairs(self, moved: str) -> None:
        ran = run("verify", moved, "--sample", "5", "--json").last
        assert (ran["reread"], ran["bound"]) == (5, 0)

    def test_a_target_that_no_alias_reaches_is_refused_before_anything_is_read(self, moved: str, settings: Any) -> None:
        use(settings, {alias: found for alias, found in settings.STORAGES.items() if alias != "vault"})
        ran = run("verify", moved)
        assert ran.code == 2
        assert "vault" in ran.error


class TestStatus:
    def test_both_pairs_and_all_files_are_shown_once(self, moved: str) -> None:
        (shown,) = run("status", "--json").objects
        assert len(shown["pairs"]) == 2
        assert shown["states"]["verified"]["files"] == 5
        text = run("status", moved).out
        assert "vault" in text
        assert "cloud" in text


class TestCertificate:
    def test_each_download_is_checked_by_sums_of_its_own(
        self, site: Site, films: tuple[Path, Path], moved: str, tmp_path: Path
    ) -> None:
        ran = run("certificate", moved, "--output", str(tmp_path / "proof"), "--json")
        assert (ran.code, ran.last["files"]) == (0, 5)
        for folder, download in (("1-cloud", site.cloud), ("2-vault", films[1])):
            sums = tmp_path / "proof" / folder / "SHA256SUMS"
            subprocess.run(["sha256sum", "--check", "--strict", sums], cwd=download, check=True, capture_output=True)
            assert len(sums.read_text().splitlines()) == len(files(download))
        facts = json.loads((tmp_path / "proof" / "certificate.json").read_text())
        assert [part["folder"] for part in facts["parts"]] == ["1-cloud", "2-vault"]
        assert facts["complete"] is True
        assert facts["merkle_root"] == ran.last["root"]

    def test_the_whole_is_not_complete_if_a_part_is_not(
        self, films: tuple[Path, Path], moved: str, tmp_path: Path
    ) -> None:
        (films[1] / "c.txt").unlink()
        run("verify", moved)
        ran = run("certificate", moved, "--output", str(tmp_path / "proof"))
        assert ran.code == 1
        assert "1 file is failed" in ran.out

    def test_people_are_told_how_to_check_each_download(self, moved: str, tmp_path: Path) -> None:
        out = run("certificate", moved, "--output", str(tmp_path / "proof")).out
        assert f"sha256sum -c {tmp_path}/proof/1-cloud/SHA256SUMS" in out
        assert f"sha256sum -c {tmp_path}/proof/2-vault/SHA256SUMS" in out


class TestBack:
    def test_everything_comes_back_to_where_it_came_from(
        self, site: Site, films: tuple[Path, Path], moved: str
    ) -> None:
        for name in FILMS:
            (films[0] / name).unlink()
        (site.media / "a.txt").unlink()
        (films[1] / "new.txt").write_bytes(b"new")
        before = files(site.media), files(films[0])
        planned = [found for found in run("back", moved, "--dry-run", "--json").objects if found["type"] == "step"]
        assert {step["name"] for step in planned if step["action"] == "copy"} == {"a.txt", "new.txt", *FILMS}
        assert (files(site.media), files(films[0])) == before
        ran = run("back", moved, "--json")
        assert (ran.code, ran.last["complete"], len(ran.last["pairs"])) == (0, True, 2)
        assert files(site.media) == MEDIA
        assert files(films[0]) == {**FILMS, "new.txt": b"new"}

    def test_run_again_it_is_the_same_way_back(self, moved: str) -> None:
        first, second = run("back", moved, "--json").last, run("back", moved, "--json").last
        assert first["move"] == second["move"]

    def test_once_stopped_the_other_pairs_wait(
        self, films: tuple[Path, Path], moved: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in FILMS:
            (films[0] / name).unlink()
        back = engine.back

        def stopped(job: Job, *arguments: Any, **options: Any) -> Any:
            job.stop.set()
            return back(job, *arguments, **options)

        monkeypatch.setattr(engine, "back", stopped)
        ran = run("back", moved, "--json")
        assert (ran.code, ran.last["stopped"], ran.last["complete"]) == (130, True, False)
        assert files(films[0]) == {}


class TestMoves:
    def test_a_move_is_finished_once_all_of_its_pairs_are(self, site: Site, moved: str) -> None:
        assert run("back", moved, "--json").last["complete"]
        assert run("migrate", "--to", "cloud", "--json").last["move"] == moved
        assert find_move(moved).row.state == Move.State.FINISHED
        site.write("late.txt")
        assert engine.copy(job_of(moved, 0)).copied.files == 1
        assert run("migrate", "--from", "films", "--to", "vault", "--json").last["complete"]
        assert find_move(moved).row.state == Move.State.OPEN

    def test_a_move_whose_pairs_a_newer_one_took_over_is_not_shown_and_says_so(self, films: tuple[Path, Path]) -> None:
        older = run("migrate", "--to", "cloud", "--json").last["move"]
        newer = run("migrate", "--from", "films", "--to", "vault", "--json").last["move"]
        ends = [open_ends("default", "cloud"), open_ends("films", "vault")]
        assert begin(*(one.pair for one in ends)).id == newer
        assert [found["move"] for found in run("status", "--json").objects] == [newer]
        ran = run("verify", older)
        assert ran.code == 2
        assert "a newer move goes on" in ran.error
        assert {row.public_id for row in ledger.moves()} == {older, newer}


def job_of(move: str, number: int) -> Job:
    """A job on one pair of the move, as it stands in the ledger."""
    ends = [open_ends("default", "cloud"), open_ends("films", "vault")][number]
    pair = find_move(move).pairs[number]
    return Job(ends.source, ends.target, pair.journal, references=tuple, stop=threading.Event())
