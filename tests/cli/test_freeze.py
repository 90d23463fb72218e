from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from medialift.ledger.freezing import frozen
from tests.cli.conftest import FILE_SYSTEM, Site, files, run, use
from tests.cli.test_process import command, empty_database, environment, home, manage  # noqa: F401 (two are fixtures)

FREEZABLE = "medialift.freeze.FreezableFileSystemStorage"
SAVE = """
import time, sys, django
django.setup()
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
for number in range(200):
    try:
        default_storage.save(f"uploads/{number}.txt", ContentFile(b"x"))
    except Exception as error:
        print(type(error).__name__, error.status_code, flush=True)
        break
    print(number, flush=True)
    time.sleep(0.05)
"""


def freezable(settings: Any) -> None:
    use(settings, {**settings.STORAGES, "default": {"BACKEND": FREEZABLE}})


def test_on_status_off(site: Site, settings: Any) -> None:
    freezable(settings)
    on = run("freeze", "on", "--wait", "1", "--minutes", "2", "--reason", "a switch", "--json").last
    assert (on["frozen"], on["retry_after"], on["reason"]) == (True, 120, "a switch")
    assert (on["obeying"], on["deaf"], on["middleware"]) == (["default"], ["cloud"], False)
    shown = run("freeze", "status").out
    assert "frozen since" in shown
    assert "MIDDLEWARE lacks FreezeMiddleware" in shown
    assert run("freeze", "off", "--json").last["frozen"] is False
    assert run("freeze", "off").code == 0


def test_a_site_that_would_not_obey_is_told_what_to_add(site: Site, settings: Any) -> None:
    ran = run("freeze", "on", "--wait", "1")
    assert ran.code == 2
    assert FREEZABLE in ran.error
    assert frozen() is None
    settings.MIDDLEWARE = ["medialift.freeze.FreezeMiddleware"]
    assert run("freeze", "on", "--wait", "1").code == 0


def test_a_reason_that_no_column_holds_is_refused(site: Site, settings: Any) -> None:
    freezable(settings)
    assert run("freeze", "on", "--reason", "x" * 201).code == 2
    assert frozen() is None


def test_a_move_goes_on_while_uploads_are_frozen(filled: Site, settings: Any) -> None:
    freezable(settings)
    run("freeze", "on", "--wait", "1")
    assert run("migrate", "--to", "cloud").code == 0
    assert files(filled.cloud) == files(filled.media)


def test_once_it_is_on_no_other_process_saves_anything(home: Path) -> None:  # noqa: F811
    """Another process uploads all the time: what it wrote when `freeze on` ended is all that it ever writes."""
    (home / "frozen_site.py").write_text(
        f"from tests.cli.project import *\nSTORAGES = {{**STORAGES, 'default': {{'BACKEND': {FREEZABLE!r}}}}}\n"
    )
    more = {"DJANGO_SETTINGS_MODULE": "frozen_site", "PYTHONPATH": f"{environment(home)['PYTHONPATH']}:{home}"}
    with subprocess.Popen(
        [sys.executable, "-c", SAVE], env=environment(home, **more), stdout=subprocess.PIPE, text=True
    ) as uploader:
        assert uploader.stdout
        assert uploader.stdout.readline().strip() == "0"
        done = subprocess.run(
            command("medialift", "freeze", "on", "--wait", "2"), env=environment(home, **more), timeout=60
        )
        assert done.returncode == 0
        written = files(home / "media" / "uploads")
        said = uploader.stdout.read().splitlines()
    assert said[-1] == "UploadsFrozenError 503"
    assert 0 < len(written) == len(said) < 200
    assert files(home / "media" / "uploads") == written
    assert manage(home, "medialift", "freeze", "off", **more).returncode == 0


def test_a_plain_storage_is_not_frozen(site: Site, settings: Any) -> None:
    use(settings, {"default": {"BACKEND": FILE_SYSTEM}})
    assert run("freeze", "status", "--json").last["deaf"] == ["default"]
