"""The sessions of the pages run on the example site and print what the pages say."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from example.demo.bucket import Bucket, free_port, serving
from example.demo.site import FOREIGN, Site
from tests.docs.blocks import ROOT, Answer, Command, blocks, commands
from tests.docs.sessions import SESSIONS
from tests.docs.shell import shell
from tests.servers.missing import missing

EXAMPLE = ROOT / "example"
MOVE_ID = re.compile(r"\b(?:move|way back) (\w{6}) is\b")


@dataclass(frozen=True)
class Stage:
    """Where a session runs; ``places`` are the folder and addresses that a page names, and the real ones."""

    environment: Mapping[str, str]
    places: Mapping[str, str]
    log: Path

    def play(self, session: list[Command]) -> list[Answer]:
        """Run the session in the real places, up to the first surprise, with answers as if from the page's places."""
        told_and_real = dict(self.places)
        answers = []
        with self.log.open("wb") as errors, shell(EXAMPLE, self.environment, errors) as bash:
            for command in session:
                printed, status = bash.run(_replaced(command.line, told_and_real))
                told_and_real |= _ids(command.expected, printed)
                real_and_told = {real: told for told, real in told_and_real.items()}
                answers.append(Answer(command, _replaced(printed, real_and_told), status))
                if not answers[-1].as_promised:
                    break  # what follows builds on it
        return answers


def _replaced(text: str, words: Mapping[str, str]) -> str:
    for word, instead in words.items():
        text = text.replace(word, instead)
    return text


def _ids(expected: str, printed: str) -> dict[str, str]:
    """The ids of moves that the page shows, and those that the session got in their places."""
    return dict(zip(MOVE_ID.findall(expected), MOVE_ID.findall(printed), strict=False))


def bare_environment(**more: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    path = os.pathsep.join([str(Path(sys.executable).parent), own.get("PATH", "")])
    return {**own, "PATH": path, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "COLUMNS": "80", **more}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A new folder with a short name, because reports shorten long ones."""
    with TemporaryDirectory(prefix="") as folder:
        yield Path(folder)


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[Bucket]:
    with serving(tmp_path / "bucket") as bucket:
        yield bucket


@pytest.fixture
def stage(folder: Path, bucket: Bucket, tmp_path: Path) -> Stage:
    """The example site with its target configured, as README and chapter take it for granted."""
    site = Site(folder, {**bucket.environment, "CLOUD_STORAGE_URL": bucket.dsn})
    site.manage("migrate", "--verbosity", "0")
    site.manage("make_data", "--photos", "1")
    environment = bare_environment(EXAMPLE_DATA=str(folder), **site.environment)
    return Stage(environment, {"/srv/site": str(folder), "127.0.0.1:9000": bucket.host}, tmp_path / "errors.log")


@pytest.fixture
def empty_stage(folder: Path, tmp_path: Path) -> Stage:
    """Nothing but a machine: the tutorial starts its own servers."""
    servers = {host: f"127.0.0.1:{free_port()}" for host in ("127.0.0.1:9000", "127.0.0.1:8000")}
    return Stage(bare_environment(), {"/tmp/tutorial": str(folder), **servers}, tmp_path / "errors.log")


def session(name: str) -> list[Command]:
    return [
        command
        for page in SESSIONS[name]
        for block in blocks(page)
        if block.language == "console" and not block.not_run
        for command in commands(block)
    ]


def differences(answers: list[Answer]) -> str:
    """Every command that printed something else, or ended otherwise, with what it did."""
    return "\n".join(
        f"{answer.command.block}: $ {answer.command.line}\n{answer.printed}(exit {answer.status})\n"
        for answer in answers
        if not answer.as_promised
    )


@pytest.mark.parametrize("name", ["readme", "chapter"])
def test_a_session_on_the_example_prints_what_the_page_says(name: str, stage: Stage) -> None:
    told = session(name)
    assert told
    answers = stage.play(told)
    assert (differences(answers), len(answers)) == ("", len(told))


def test_the_tutorial_prints_what_the_page_says(empty_stage: Stage) -> None:
    _ = shutil.which("curl") or missing("curl, which the tutorial uses", "apt-get install curl")
    told = session("tutorial")
    assert told
    answers = empty_stage.play(told)
    assert (differences(answers), len(answers)) == ("", len(told))
