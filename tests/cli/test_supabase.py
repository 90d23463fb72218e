"""``migrate_to_supabase`` on the stand-in server: from four variables alone."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage, storages
from django.core.management import CommandError, call_command

from medialift.keys import key_for
from medialift.providers import load_provider
from medialift.storage import MediaStorage
from medialift.testing.supabase import SupabaseServer
from tests.cli.conftest import FILE_SYSTEM, Ran, Site, files, run, use
from tests.cli.scrapbook.models import Postcard, Sticker

BACKEND = "medialift.storage.MediaStorage"
CUSTOMARY = ("SUPABASE_", "AWS_", "MEDIA_STORAGE_URL")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SupabaseServer]:
    """A project with a private bucket ``media``, and the variables that name it."""
    for name in [name for name in os.environ if name.startswith(CUSTOMARY)]:
        monkeypatch.delenv(name)
    with SupabaseServer() as server:
        server.project.make_bucket("media")
        monkeypatch.setenv("SUPABASE_URL", server.url)
        monkeypatch.setenv("SUPABASE_API_KEY", server.project.anon_key)
        monkeypatch.setenv("SUPABASE_SERVICE_KEY", server.project.service_key)
        monkeypatch.setenv("SUPABASE_STORAGE_BUCKET", "media")
        yield server
        for storage in storages._storages.values():  # type: ignore[attr-defined]
            if isinstance(storage, MediaStorage):
                storage.store.close()


def move(*arguments: str) -> Ran:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("migrate_to_supabase", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return Ran(error.returncode, out.getvalue(), err.getvalue(), str(error))
    return Ran(0, out.getvalue(), err.getvalue(), "")


def stored(server: SupabaseServer) -> dict[str, bytes]:
    return {name: found.data for (_, name), found in server.project.objects.items()}


def keys(contents: dict[str, bytes]) -> dict[str, bytes]:
    rules = load_provider("supabase").traits.key_rules
    return {key_for(name, rules): body for name, body in contents.items()}


def test_every_file_arrives_in_its_folder_and_no_row_changes(filled: Site, server: SupabaseServer) -> None:
    rows = list(Postcard.objects.values_list("front", "back"))
    before = files(filled.media)
    done = move("--json")
    assert done.code == 0, done
    assert stored(server) == keys(before)
    assert files(filled.media) == before
    assert list(Postcard.objects.values_list("front", "back")) == rows
    told = {found["type"]: found for found in done.objects}
    assert (told["move"]["complete"], told["move"]["states"]["verified"]["files"]) == (True, len(before))
    assert told["references"] == {"type": "references", "rows": 18, "changed": 0, "overtaken": 0, "escaped": 3}


def test_a_file_that_could_not_be_brought_over_counts_as_kept_under_no_key(
    filled: Site, server: SupabaseServer
) -> None:
    Sticker.objects.create(image=f"{filled.media}/thumbs/00.png")
    done = move("--json")
    assert done.code == 1
    assert next(found["escaped"] for found in done.objects if found["type"] == "references") == 3


def test_the_report_reads_well_and_holds_no_key(filled: Site, server: SupabaseServer) -> None:
    done = move()
    assert "none of 18 rows had to change: every file keeps its name." in done.out
    assert '"OPTIONS": {"provider": "supabase"}' in done.out
    assert "Next:  python manage.py migrate_to_supabase\n" in done.out
    for secret in (server.project.service_key, server.project.secret_key, server.project.jwt_secret):
        assert secret not in done.out + done.err


def test_the_settings_that_it_tells_serve_the_site_and_lead_back(
    filled: Site, server: SupabaseServer, settings: Any
) -> None:
    told = {found["type"]: found for found in move("--json").objects}["move"]
    entries: dict[str, Any] = {**settings.STORAGES}
    local = {"BACKEND": FILE_SYSTEM, "OPTIONS": {"location": settings.MEDIA_ROOT}}
    entries["default"] = local
    exec(told["switch"], {"STORAGES": entries})
    assert entries["local"] == local
    use(settings, entries)
    with default_storage.open("postcards/café.jpg") as file:
        assert file.read() == "postcards/café.jpg".encode()
    before = files(filled.media)
    (filled.media / "stickers" / "00.png").unlink()
    assert run("back", told["move"]).code == 0
    assert files(filled.media) == before
    again = move()
    assert again.code == 2
    assert "is the Supabase bucket already" in again.error


def test_an_open_bucket_gets_plain_addresses(filled: Site, server: SupabaseServer) -> None:
    server.project.make_bucket("media", public=True)
    assert '"OPTIONS": {"provider": "supabase", "access": "public"}' in move().out


def test_a_dry_run_writes_nothing_at_all(filled: Site, server: SupabaseServer) -> None:
    ran = move("--dry-run")
    assert ran.code == 0
    assert ran.out.startswith("Nothing has been changed: this is a plan.")
    assert ran.out.splitlines()[-1] == "Next:  python manage.py migrate_to_supabase"
    assert stored(server) == {}
    assert "No move yet" in run("status").err


def test_a_backup_lies_in_media_backup(
    filled: Site, server: SupabaseServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert move("--backup").code == 0
    assert files(tmp_path / "media_backup") == files(filled.media)
    filled.sticker("stickers/later.png")
    assert move("--backup").code == 0
    assert files(tmp_path / "media_backup") == files(filled.media)


def test_a_model_can_be_named_alone(filled: Site, server: SupabaseServer) -> None:
    done = move("--model", "Sticker")
    assert done.code == 0
    assert stored(server).keys() == {name for name in files(filled.media) if name.startswith("stickers/")}
    assert "Next:  python manage.py migrate_to_supabase\n" in done.out
    assert "did you mean" in move("--model", "Stickr").error


def test_it_is_run_again_until_nothing_is_left(filled: Site, server: SupabaseServer) -> None:
    server.project.size_limit = 20
    first = move()
    assert first.code == 1
    server.project.size_limit = 2**20
    assert move().code == 0
    assert stored(server) == keys(files(filled.media))


class TestMistakes:
    """Each has a message of its own, and nothing is written."""

    def refused(self, server: SupabaseServer) -> str:
        ran = move()
        assert ran.code == 2, ran
        assert stored(server) == {}
        assert server.project.service_key not in ran.error
        return ran.error

    @pytest.mark.parametrize("name", ["SUPABASE_URL", "SUPABASE_STORAGE_BUCKET", "SUPABASE_SERVICE_KEY"])
    def test_a_variable_is_missing(
        self, filled: Site, server: SupabaseServer, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.delenv(name)
        assert self.refused(server).startswith(f"{name} is not set")

    def test_the_anon_key_stands_where_the_service_key_is_needed(
        self, filled: Site, server: SupabaseServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for key in (server.project.anon_key, server.project.publishable_key):
            monkeypatch.setenv("SUPABASE_SERVICE_KEY", key)
            assert self.refused(server).startswith("the service key is the anon (publishable) key")
        monkeypatch.setenv("SUPABASE_API_KEY", server.project.publishable_key)
        assert self.refused(server).startswith("the service key is the anon (publishable) key")

    def test_the_service_key_stands_where_browsers_look(
        self, filled: Site, server: SupabaseServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SUPABASE_API_KEY", server.project.service_key)
        assert self.refused(server).startswith("SUPABASE_API_KEY holds the service key")

    def test_the_bucket_differs_in_case(
        self, filled: Site, server: SupabaseServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SUPABASE_STORAGE_BUCKET", "Media")
        assert "The project has a bucket 'media': names are told apart by case." in self.refused(server)

    def test_the_bucket_is_not_there(
        self, filled: Site, server: SupabaseServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SUPABASE_STORAGE_BUCKET", "none")
        assert "the target cannot be listed" in self.refused(server)

    def test_settings_that_read_the_private_bucket_as_public_are_told(
        self, filled: Site, server: SupabaseServer, settings: Any
    ) -> None:
        public = {"BACKEND": BACKEND, "OPTIONS": {"provider": "supabase", "access": "public"}}
        use(settings, {**settings.STORAGES, "site": public})
        done = move()
        assert done.code == 0
        assert "medialift.E061  STORAGES['site'] gives out plain URLs, and its bucket is private" in done.err
        doctor = run("doctor", "site", "--json")
        found = [entry["id"] for entry in doctor.objects if entry["type"] == "check" and entry["state"] == "finding"]
        assert {"medialift.E061", "medialift.E028"} & set(found) == {"medialift.E061"}


def test_the_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    from medialift.management.commands.migrate_to_supabase import Command

    Command().print_help("manage.py", "migrate_to_supabase")
    shown = capsys.readouterr().out
    assert "manage.py migrate_to_supabase --backup" in shown
    assert "exit codes:" in shown
    assert json.dumps("never touches")[1:-1] in shown
