"""What only a process of its own can show: exit codes, signals, pipes, terminals."""

from __future__ import annotations

import gc
import json
import os
import platform
import pty
import select
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from medialift.management.verb_command import rare_collections
from tests.cli.conftest import files

ROOT = Path(__file__).resolve().parents[2]
COUNT = 60


def environment(home: Path, **more: str) -> dict[str, str]:
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    own = {"SITE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tests.cli.project", "PYTHONPATH": path}
    return {**os.environ, **own, **more}


def manage(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env=environment(home, **more), capture_output=True, text=True, timeout=60
    )


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "django", *arguments]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("database")
    done = manage(home, "migrate", "--run-syncdb", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    return home / "db.sqlite3"


@pytest.fixture
def home(tmp_path: Path, empty_database: Path) -> Path:
    """A site with sixty stickers of 10 kB."""
    (tmp_path / "db.sqlite3").write_bytes(empty_database.read_bytes())
    for folder in ("media/stickers", "cloud"):
        (tmp_path / folder).mkdir(parents=True)
    names = [f"stickers/{number:03}.png" for number in range(COUNT)]
    for name in names:
        (tmp_path / "media" / name).write_bytes(name.encode() + bytes(10_000))
    with sqlite3.connect(tmp_path / "db.sqlite3") as database:
        database.executemany("INSERT INTO scrapbook_sticker (image) VALUES (?)", [(name,) for name in names])
    database.close()
    return tmp_path


def test_settings_that_cannot_work_are_bad_input(home: Path) -> None:
    entry = {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": {"bukcet": "x"}}
    (home / "typo.py").write_text(f"from tests.cli.project import *\nSTORAGES = {{**STORAGES, 'cloud': {entry!r}}}\n")
    done = manage(home, "medialift", "status", "--json", "--pythonpath", str(home), "--settings", "typo")
    (told,) = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, told["type"]) == (2, "error")
    for said in (told["reason"], done.stderr):
        assert "bukcet" in said


def test_exit_codes_are_those_that_are_documented(home: Path) -> None:
    good = manage(home, "medialift", "plan", "--to", "cloud")
    assert (good.returncode, good.stderr) == (0, "")
    (home / "cloud" / "stickers").mkdir()
    (home / "cloud" / "stickers" / "000.png").write_bytes(b"other bytes")
    assert manage(home, "medialift", "migrate", "--to", "cloud").returncode == 1
    refused = manage(home, "medialift", "migrate", "--to", "nowhere")
    assert refused.returncode == 2
    assert "Known aliases: default, cloud" in refused.stderr
    assert manage(home, "medialift", "migrate").returncode == 2


def test_a_refusal_for_scripts_is_an_object_and_the_code(home: Path) -> None:
    refused = manage(home, "medialift", "migrate", "--to", "nowhere", "--json")
    assert refused.returncode == 2
    (found,) = map(json.loads, refused.stdout.splitlines())
    assert (found["type"], found["error"]) == ("error", "RefusedError")
    assert "Known aliases" in found["hint"]


def test_djangos_own_options_may_stand_after_the_verb(home: Path) -> None:
    asked = manage(home, "medialift", "plan", "--to", "cloud", "--settings", "tests.cli.project", "--no-color")
    assert asked.returncode == 0, asked.stderr


def slow_move(home: Path) -> subprocess.Popen[str]:
    """A move of about six seconds that has begun to send."""
    process = subprocess.Popen(
        command("medialift", "migrate", "--to", "cloud", "--bandwidth", "100kB/s", "--workers", "4"),
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while sum(len(names) for _, _, names in os.walk(home / "cloud")) < 3:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_cleanly_and_the_next_run_finishes(home: Path, number: signal.Signals) -> None:
    process = slow_move(home)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "Stopping: what is under way is finished first." in err
    assert out.startswith("Stopped cleanly.")
    assert "Traceback" not in err
    arrived = files(home / "cloud")
    assert 0 < len(arrived) < COUNT
    again = manage(home, "medialift", "migrate", "--to", "cloud", "--json")
    assert again.returncode == 0, again.stderr
    done = json.loads(again.stdout.splitlines()[-1])
    assert done["copied"]["files"] == COUNT - len(arrived)
    assert files(home / "cloud") == files(home / "media")


def test_a_second_signal_ends_at_once_and_the_next_run_finishes(home: Path) -> None:
    process = slow_move(home)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 130
    again = manage(home, "medialift", "migrate", "--to", "cloud")
    assert again.returncode == 0, again.stderr
    # What was being written stays behind unpublished, under a name that no store lists.
    arrived = {name: body for name, body in files(home / "cloud").items() if not name.endswith(".part")}
    assert arrived == files(home / "media")


def test_a_reader_that_leaves_early_causes_no_complaint(home: Path) -> None:
    for number in range(3000):
        (home / "media" / f"an-orphan-with-a-long-name-{number}").touch()
    piped = subprocess.run(
        f"{sys.executable} -m django medialift orphans | head -n 1",
        shell=True, env=environment(home), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert piped.stdout == "an-orphan-with-a-long-name-0\t0\n"
    assert piped.stderr == ""


def test_an_output_in_an_old_encoding_shows_escapes(home: Path) -> None:
    (home / "media" / "écume.jpg").touch()
    asked = manage(home, "medialift", "orphans", PYTHONIOENCODING="ascii")
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.splitlines()[0] == "\\xe9cume.jpg\t0"


def on_a_terminal(home: Path, *arguments: str, typed: str = "", columns: int = 80, **more: str) -> tuple[int, str]:
    """Run a verb with all three streams on a terminal; gives the exit code and all that it showed."""
    main, side = pty.openpty()
    os.set_inheritable(side, True)
    process = subprocess.Popen(
        command("medialift", *arguments),
        env=environment(home, COLUMNS=str(columns), TERM="xterm", **more), stdin=side, stdout=side, stderr=side,
    )  # fmt: skip
    os.close(side)
    if typed:
        os.write(main, typed.encode())
    shown = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if select.select([main], [], [], 0.1)[0]:
            try:
                shown += os.read(main, 65536)
            except OSError:  # Linux tells the end of a terminal this way
                break
    os.close(main)
    return process.wait(timeout=10), shown.decode()


def test_a_terminal_sees_one_line_that_is_redrawn(home: Path) -> None:
    code, shown = on_a_terminal(home, "migrate", "--to", "cloud", "--bandwidth", "400kB/s")
    assert code == 0
    drawn = [part.split("\n")[0].rstrip("\r") for part in shown.split("\r\x1b[K")[1:]]
    copying = [line for line in drawn if line.startswith("Copying")]
    assert len(copying) > 3
    assert copying[-1].startswith(f"Copying {COUNT}/{COUNT}")
    assert all(len(line) < 80 for line in drawn if line.startswith(("Planning", "Copying", "Verifying")))


def test_a_narrow_terminal_is_not_wrapped(home: Path) -> None:
    code, shown = on_a_terminal(home, "migrate", "--to", "cloud", "--bandwidth", "400kB/s", columns=40)
    assert code == 0
    drawn = [part.split("\n")[0].rstrip("\r") for part in shown.split("\r\x1b[K")[1:]]
    assert all(len(line) < 40 for line in drawn if line.startswith(("Planning", "Copying", "Verifying")))


def test_a_person_is_asked_only_about_what_was_not_asked_for(home: Path) -> None:
    code, shown = on_a_terminal(home, "migrate", "--to", "cloud")
    assert code == 0
    assert "Go on?" not in shown
    (home / "media" / "thumb.png").write_bytes(b"no row names me")
    code, shown = on_a_terminal(home, "migrate", "--to", "cloud", typed="n\n")
    assert code == 2
    assert "No row names 1 file" in shown
    assert "thumb.png" not in files(home / "cloud")
    code, _ = on_a_terminal(home, "migrate", "--to", "cloud", typed="y\n")
    assert code == 0
    assert "thumb.png" in files(home / "cloud")


def test_a_person_who_said_yes_is_not_asked(home: Path) -> None:
    (home / "media" / "thumb.png").write_bytes(b"no row names me")
    code, shown = on_a_terminal(home, "migrate", "--to", "cloud", "--yes")
    assert code == 0
    assert "Go on?" not in shown


def test_no_color_is_obeyed(home: Path) -> None:
    _, plain = on_a_terminal(home, "plan", "--to", "nowhere", NO_COLOR="1")
    _, coloured = on_a_terminal(home, "plan", "--to", "nowhere")
    assert "\x1b[" not in plain
    assert "\x1b[" in coloured


def test_a_verb_loads_only_what_it_needs(home: Path) -> None:
    code = "import sys; from django.core.management import execute_from_command_line as run; "
    code += "run(['manage.py', 'medialift', 'status']); print(*sorted(sys.modules))"

    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(home), capture_output=True, text=True, timeout=60
    )

    loaded = set(done.stdout.split())
    assert "medialift.cli.status" in loaded
    unneeded = {"medialift.cli.policy", "medialift.cli.doctor", "medialift.cli.migrate", "obstore"}
    unneeded |= {
        "medialift.report.json",
        "medialift.report.site_values",
        "medialift.doctor.checks",
        "medialift.images",
        "medialift.validators",
    }
    assert unneeded & loaded == set()


@pytest.mark.parametrize("frozen", [True, False])
def test_python_looks_for_garbage_as_before_when_a_command_is_over(frozen: bool) -> None:
    threshold, freezes = gc.get_threshold(), gc.get_freeze_count() > 0
    (gc.freeze if frozen else gc.unfreeze)()
    try:
        with rare_collections():
            assert gc.get_threshold()[0] > threshold[0]
            assert gc.get_freeze_count() > 0
        assert gc.get_threshold() == threshold
        assert (gc.get_freeze_count() > 0) is frozen  # not the very number: what is frozen may still die
    finally:
        (gc.freeze if freezes else gc.unfreeze)()


HOLDS = """
import sys
from medialift.management.verb_command import give_large_blocks_back

if sys.argv[1] == "back":
    give_large_blocks_back()

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

del [b"x" * (1 << 22)][:]  # glibc keeps what is as large as this from now on
blocks = [b"x" * (1 << 20) for _ in range(64)]
before = resident()
del blocks[::2]
print(before - resident())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux") or platform.libc_ver()[0] != "glibc", reason="of glibc")
@pytest.mark.parametrize(("back", "least", "most"), [("kept", 0, 4 << 20), ("back", 28 << 20, 36 << 20)])
def test_memory_of_files_that_were_sent_goes_back_to_the_system(back: str, least: int, most: int) -> None:
    ended = subprocess.run([sys.executable, "-c", HOLDS, back], capture_output=True, text=True, check=True)
    assert least <= int(ended.stdout) <= most
