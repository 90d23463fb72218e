"""The demo tells the truth: it holds on a good day, says so when it does not, and leaves nothing running."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from example.demo import __main__ as demo
from example.demo import story
from example.demo.bucket import Bucket
from example.demo.report import WIDTH, Report
from example.demo.site import ROOT

TOO_LONG_TO_WAIT = 60.0


def processes_naming(folder: Path) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # it has just ended
        if str(folder) in words:
            found.append(words)
    return found


@pytest.fixture
def handlers() -> Iterator[None]:
    """Puts back the signal handlers that the demo sets."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_the_whole_story_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = Report()
    demo.run(report, tmp_path, photos=1)
    written = json.loads((tmp_path / "report.json").read_text())
    assert (report.holds, report.error, [claim.text for claim in report.claims if not claim.holds]) == (True, "", [])
    assert written["holds"] is True
    before, bucket, after, home, without = written["holdings"]
    assert before["digest"] == bucket["digest"] == without["digest"] != after["digest"] == home["digest"]
    marks = ("✔", "──", "home", "in the bucket", "on disk")
    own = [line for line in capsys.readouterr().out.splitlines() if line.lstrip().startswith(marks)]
    assert max(map(len, own)) <= WIDTH
    assert processes_naming(tmp_path) == []


def test_a_file_that_has_not_arrived_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lossy(bucket: Bucket, folder: Path) -> None:
        whole(bucket, folder)
        (folder / "documents" / "statutes.pdf").unlink()

    whole = Bucket.download
    monkeypatch.setattr(Bucket, "download", lossy)
    for chapter in ("plan", "prove", "switch", "come_home"):
        monkeypatch.setattr(story, chapter, _skip)
    report = Report()
    demo.run(report, tmp_path, photos=1)
    false = [claim.text for claim in report.claims if not claim.holds]
    assert false == ["the bucket holds every file, and the SHA-256 of each agrees"]
    assert json.loads((tmp_path / "report.json").read_text())["holds"] is False


def test_a_chapter_that_breaks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaking(told: story.Story) -> None:
        told.home.manage("no-such-command")

    monkeypatch.setattr(story, "build", breaking)
    report = Report()
    demo.run(report, tmp_path, photos=1)
    assert not report.holds
    assert "no-such-command" in json.loads((tmp_path / "report.json").read_text())["error"]


@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize(("true", "status"), [(True, 0), (False, 1)])
def test_the_exit_status_is_the_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, true: bool, status: int
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(demo, "run", lambda report, folder, serve: report.claim("it works", true))
    assert demo.main() == status


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_demo_that_is_stopped_leaves_no_server_behind(tmp_path: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "example.demo"]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + TOO_LONG_TO_WAIT
    while not processes_naming(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_naming(tmp_path)
    process.send_signal(number)
    assert process.wait(timeout=TOO_LONG_TO_WAIT) == 128 + number
    assert processes_naming(tmp_path) == []


def _skip(*arguments: Any) -> None:
    """A chapter that is not told."""
