from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage

from medialift.cli.interrupt import stops_cleanly
from tests.cli.conftest import FILE_SYSTEM, Site, files, folder, run, use
from tests.cli.scrapbook.models import Postcard, Sticker
from tests.cli.test_plan import golden, without_chance


def test_a_move_reads_as_agreed(filled: Site) -> None:
    ran = run("migrate", "--to", "cloud")
    assert ran.code == 0
    assert without_chance(ran.out) == golden("migrate.txt")


def test_every_file_arrives_and_the_source_stays(filled: Site) -> None:
    before = files(filled.media)
    assert run("migrate", "--to", "cloud").code == 0
    assert files(filled.cloud) == before
    assert files(filled.media) == before


def test_a_second_run_sends_nothing_and_a_later_one_only_what_changed(filled: Site) -> None:
    first = run("migrate", "--to", "cloud", "--json").last
    second = run("migrate", "--to", "cloud", "--json").last
    assert (first["move"], first["complete"]) == (second["move"], True)
    assert second["copied"] == {"files": 0, "bytes": 0}
    filled.sticker("stickers/new.png", b"new")
    third = run("migrate", "--to", "cloud", "--json").last
    assert third["copied"] == {"files": 1, "bytes": 3}
    assert files(filled.cloud) == files(filled.media)


def test_the_settings_to_switch_are_told_and_work(filled: Site) -> None:
    text = run("migrate", "--to", "cloud", "--json").last["switch"]
    source, target = object(), object()
    storages = {"default": source, "cloud": target}
    exec(text, {"STORAGES": storages})
    assert storages == {"default": target, "cloud": target, "local": source}


def test_after_the_switch_there_is_nothing_to_switch(filled: Site, settings: Any) -> None:
    move = run("migrate", "--to", "cloud", "--json").last["move"]
    late = filled.write("came-late.txt", b"late")
    now = settings.STORAGES
    use(settings, {"default": now["cloud"], "disk": folder(filled.media)})
    ran = run("migrate", "--from", "disk", "--to", "default")
    assert "STORAGES" not in ran.out
    assert "The site reads and writes at the target already" in " ".join(ran.out.split())
    assert "Next:  python manage.py medialift switch --check" in ran.out
    assert f"Back:  python manage.py medialift back {move}" in ran.out
    assert late in files(filled.cloud)


def test_a_second_place_of_uploads_is_switched_to_where_the_site_is(site: Site, settings: Any) -> None:
    site.sticker("stickers/one.png")
    use(settings, {"default": {"BACKEND": FILE_SYSTEM}, "cloud": folder(site.cloud), "twin": folder(site.media)})
    text = run("migrate", "--from", "twin", "--to", "cloud", "--json").last["switch"]
    assert 'STORAGES["twin"] = STORAGES["cloud"]' in text


def test_a_dry_run_is_a_plan(filled: Site) -> None:
    assert run("migrate", "--to", "cloud", "--dry-run").out == run("plan", "--to", "cloud").out
    assert files(filled.cloud) == {}


def test_a_conflict_is_told_by_name_and_left_alone(filled: Site) -> None:
    there = filled.cloud / "stickers" / "03.png"
    there.parent.mkdir()
    there.write_bytes(b"something else")
    ran = run("migrate", "--to", "cloud")
    assert ran.code == 1
    assert "stickers/03.png" in ran.out
    assert "STORAGES" not in ran.out
    assert there.read_bytes() == b"something else"
    assert len(files(filled.cloud)) == len(files(filled.media))


def test_of_many_problems_ten_are_shown_and_the_rest_can_be_listed(filled: Site) -> None:
    for number in range(13):
        filled.sticker(f"stickers/twice-{number:02}.png", b"here")
        there = filled.cloud / "stickers" / f"twice-{number:02}.png"
        there.parent.mkdir(exist_ok=True)
        there.write_bytes(b"elsewhere")
    ran = run("migrate", "--to", "cloud")
    assert len(re.findall(r"^  stickers/twice-", ran.out, re.MULTILINE)) == 10
    hint = re.search(r"and 3 more: python manage.py medialift (status \w+ --problems)", ran.out)
    assert hint is not None
    listed = run(*hint[1].split()).out.splitlines()
    assert [line.split("\t")[0] for line in listed[:-1]] == [f"stickers/twice-{number:02}.png" for number in range(13)]
    assert listed[-1] == "13 files to look at."


def test_a_backup_comes_first_and_is_verified(filled: Site, tmp_path: Path) -> None:
    ran = run("migrate", "--to", "cloud", "--backup", str(tmp_path / "kept"), "--json")
    assert ran.code == 0
    (kept,) = (entry for entry in ran.objects if entry["type"] == "backup")
    assert kept["folder"] == str(tmp_path / "kept")
    assert files(tmp_path / "kept") == files(filled.media)


def test_a_backup_without_a_folder_lies_beside_the_source(filled: Site) -> None:
    assert run("migrate", "--to", "cloud", "--backup").code == 0
    assert files(filled.media.with_name("media-backup")) == files(filled.media)


def test_a_backup_holds_what_the_move_takes(filled: Site, tmp_path: Path) -> None:
    kept, left = "stickers/kept.png", filled.write("unreferenced.txt")
    filled.sticker(kept, b"kept")
    ran = run("migrate", "--to", "cloud", "--model", "Sticker", "--backup", str(tmp_path / "some"))
    assert ran.code == 0, ran.error
    assert files(tmp_path / "some") == files(filled.cloud)
    assert kept in files(tmp_path / "some")
    assert left not in files(tmp_path / "some")
    assert run("migrate", "--to", "cloud", "--no-unreferenced", "--backup", str(tmp_path / "rows")).code == 0
    assert files(tmp_path / "rows") == files(filled.cloud)
    assert run("migrate", "--to", "cloud", "--backup", str(tmp_path / "all")).code == 0
    assert files(tmp_path / "all") == files(filled.media)


def test_a_move_of_some_models_says_what_it_took_and_is_no_reason_to_switch(site: Site) -> None:
    site.sticker("stickers/one.png", b"one")
    site.write("unreferenced.txt")
    ran = run("migrate", "--to", "cloud", "--model", "sticker")
    assert ran.code == 0
    assert "every file of scrapbook.Sticker is at the target and proved" in " ".join(ran.out.split())
    assert "only files of scrapbook.Sticker: 1 file, 3 B" in ran.out
    assert "STORAGES" not in ran.out
    assert ran.out.rstrip().splitlines()[-2] == "Next:  python manage.py medialift migrate --from default --to cloud"
    told = run("migrate", "--to", "cloud", "--model", "sticker", "--json").last
    assert (told["models"], told["taken"]) == (["scrapbook.Sticker"], {"files": 1, "bytes": 3})
    assert (told["switch"], told["complete"]) == ("", True)
    whole = run("migrate", "--to", "cloud", "--json").last
    assert (whole["models"], whole["taken"]["files"]) == ([], 2)
    assert "STORAGES" in whole["switch"]


def test_a_move_of_some_models_tells_its_own_share_from_that_of_all_runs(site: Site) -> None:
    site.sticker("stickers/one.png", b"one")
    site.write("unreferenced.txt")
    assert run("migrate", "--to", "cloud").code == 0
    site.sticker("stickers/two.png", b"two!")
    said = " ".join(run("migrate", "--to", "cloud", "--model", "sticker").out.split())
    assert "only files of scrapbook.Sticker: 2 files, 7 B" in said
    assert "1 file, 4 B sent in" in said
    assert "All runs what this one and others did" in said
    assert "Verified 3 files, 11 B" in said


def test_a_backup_inside_the_source_is_refused_before_anything_is_written(filled: Site) -> None:
    ran = run("migrate", "--to", "cloud", "--backup", str(filled.media / "kept"))
    assert ran.code == 2
    assert files(filled.cloud) == {}
    assert run("status", "--json").out == ""


def test_bandwidth_and_workers_are_obeyed(site: Site) -> None:
    for number in range(20):
        site.sticker(f"stickers/{number}.png", bytes(20_000))
    done = run("migrate", "--to", "cloud", "--workers", "2", "--bandwidth", "400kB/s", "--json").last
    assert done["complete"]
    assert done["elapsed"] > 0.5


def test_without_a_terminal_progress_is_whole_lines_on_standard_error(filled: Site) -> None:
    ran = run("migrate", "--to", "cloud")
    assert "Copying" not in ran.out
    assert re.search(r"^Copying \d+/\d+  100%", ran.err, re.MULTILINE)
    assert "\x1b" not in ran.err + ran.out
    assert "\r" not in ran.err + ran.out


def test_a_move_asked_to_stop_says_so_and_goes_on_when_run_again(filled: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading
    from collections.abc import Iterator
    from contextlib import contextmanager

    @contextmanager
    def stopped_at_once() -> Iterator[threading.Event]:
        with stops_cleanly() as stop:
            stop.set()
            yield stop

    with monkeypatch.context() as patch:
        patch.setattr("medialift.cli.migrate.stops_cleanly", stopped_at_once)
        ran = run("migrate", "--to", "cloud")
    assert ran.code == 130
    assert ran.out.startswith("Stopped cleanly.")
    assert ran.out.splitlines()[-1] == "Next:  python manage.py medialift migrate --from default --to cloud"
    assert run("migrate", "--to", "cloud").code == 0
    assert files(filled.cloud) == files(filled.media)


def test_rows_are_never_changed(filled: Site) -> None:
    before = list(Postcard.objects.values_list("pk", "front", "back"))
    run("migrate", "--to", "cloud")
    assert list(Postcard.objects.values_list("pk", "front", "back")) == before


@pytest.mark.parametrize("verb", ["migrate", "copy"])
def test_the_report_tells_what_was_left_out_and_what_lies_elsewhere(
    filled: Site, settings: Any, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    (filled.media / "office").symlink_to(filled.media.parent)
    other = FileSystemStorage(str(filled.media.parent / "other"))
    monkeypatch.setattr(Sticker._meta.get_field("image"), "storage", other)
    ran = run(verb, "--to", "cloud")
    told = " ".join(ran.out.split())
    assert f"Note: office is left out: a link out of the folder, to {filled.media.parent}" in told
    assert "Elsewhere 13 rows of other storages, not in this move: scrapbook.Sticker.image" in told
    objects = run(verb, "--to", "cloud", "--json").objects
    assert [entry["text"] for entry in objects if entry["type"] == "note"] == [
        f"office is left out: a link out of the folder, to {filled.media.parent}"
    ]
    assert objects[-1]["elsewhere"] == {"scrapbook.Sticker.image": 13}
