"""``doctor --watch`` as it runs for weeks: a process, what it prints, what Prometheus gets, and how it ends."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Site, run, use
from tests.cli.test_process import command, environment


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for folder in ("media", "cloud"):
        (tmp_path / folder).mkdir()
    return tmp_path


class Watch:
    """A watch of the alias ``cloud``, whose folder comes and goes."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            command("medialift", "doctor", "cloud", "--watch", "--every", "0.2s", *arguments),
            env=environment(home, PYTHONUNBUFFERED="1"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def metrics_url(self) -> str:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if found := re.search(r"http://\S+", line):
                return found[0]
        raise AssertionError("no address was told")

    def end(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


@pytest.fixture
def watches(home: Path) -> Iterator[list[Watch]]:
    begun: list[Watch] = []
    yield begun
    for watch in begun:
        watch.process.kill()
        watch.process.communicate()


def value_of(url: str, sample: str) -> str:
    text = urllib.request.urlopen(url).read().decode()
    return next((line.rpartition(" ")[2] for line in text.splitlines() if line.startswith(sample)), "")


def until(url: str, sample: str, value: str) -> None:
    deadline = time.monotonic() + 60
    while value_of(url, sample) != value:
        assert time.monotonic() < deadline, urllib.request.urlopen(url).read().decode()
        time.sleep(0.05)


MISSING = 'medialift_doctor_finding{about="the bucket is there",alias="cloud",id="medialift.E013"}'


def test_a_fault_comes_and_goes_and_prometheus_sees_it(home: Path, watches: list[Watch]) -> None:
    watch = Watch(home, "--json", "--listen", "127.0.0.1:0", "--textfile", str(home / "media.prom"))
    watches.append(watch)
    url = watch.metrics_url()
    until(url, MISSING, "0.0")
    shutil.rmtree(home / "cloud")
    until(url, MISSING, "1.0")
    (home / "cloud").mkdir()
    until(url, MISSING, "0.0")
    code, out, err = watch.end()
    assert code == 0, err
    assert "Traceback" not in err
    told = [json.loads(line) for line in out.splitlines()]
    changes = [(one["id"], one["began"]) for one in told if one["type"] == "watch_change"]
    assert changes == [("medialift.E013", True), ("medialift.E013", False)]
    ended = [one for one in told if one["type"] == "watch_round"]
    assert [one["round"] for one in ended] == list(range(1, len(ended) + 1))
    assert MISSING + " 0.0\n" in (home / "media.prom").read_text()
    assert list((home / "cloud").rglob("*.txt")) == []


def test_sigterm_ends_it_with_what_the_last_round_found(home: Path, watches: list[Watch]) -> None:
    (home / "cloud").rmdir()
    watch = Watch(home)
    watches.append(watch)
    assert watch.process.stdout is not None
    printed = ""
    while "1 finding" not in printed:
        line = watch.process.stdout.readline()
        assert line, watch.process.stderr
        printed += line
    assert "medialift.E013" in printed
    code, _, err = watch.end(signal.SIGTERM)
    assert (code, "Traceback" in err) == (1, False)


def test_rounds_are_counted_and_only_changes_are_told(site: Site) -> None:
    ran = run("doctor", "cloud", "--watch", "--every", "1s", "--rounds", "2")
    assert ran.code == 0
    assert ran.out.count("\n") == 1
    assert "nothing is wrong" in ran.out
    assert "every 1 seconds" in ran.err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--every", "1m"), "says how to watch"),
        (("--listen", "9464"), "says how to watch"),
        (("--watch", "--only", "W020"), "can change by itself"),
        (("--watch", "--textfile", "/no/such/folder/x.prom"), "cannot be written"),
    ],
)
def test_what_makes_no_sense_ends_with_2(arguments: tuple[str, ...], reason: str, site: Site) -> None:
    ran = run("doctor", "cloud", *arguments)
    assert ran.code == 2
    assert reason in ran.error


def test_an_entry_that_cannot_be_opened_cannot_be_watched(site: Site, settings: object) -> None:
    broken = {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": {"bukcet": "b"}}
    use(settings, {**settings.STORAGES, "cloud": broken})  # type: ignore[attr-defined]
    ran = run("doctor", "cloud", "--watch", "--rounds", "1")
    assert (ran.code, "did you mean 'bucket'" in ran.error) == (2, True)
