"""The runner of the pages notices what is wrong on a page."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.docs import shell as shell_module
from tests.docs.blocks import ROOT, Answer, Block, commands, settle
from tests.docs.shell import shell

PAGE = ROOT / "README.md"


def play(text: str, folder: Path) -> list[Answer]:
    with (folder / "errors.log").open("wb") as errors, shell(folder, os.environ, errors) as bash:
        return [Answer(command, *bash.run(command.line)) for command in commands(Block(PAGE, 1, "console", "", text))]


def is_running(pid: str) -> bool:
    """Whether the process still works; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ends(pid: str, within: float = 10) -> bool:
    """Whether the process ends in so many seconds: a signal is sent before it is obeyed."""
    deadline = time.monotonic() + within
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not is_running(pid)


def test_a_true_session_is_as_promised(tmp_path: Path) -> None:
    answers = play("$ export A=1\n$ echo $A\n1\n$ false  # exit 1\n$ echo 'two\n> lines'\ntwo\nlines\n", tmp_path)
    assert [answer.as_promised for answer in answers] == [True] * 4


def test_another_output_another_status_and_a_missing_line_are_noticed(tmp_path: Path) -> None:
    answers = play("$ echo 2 files\n3 files\n$ false\n$ printf 'a\\nb\\n'\na\n$ true  # exit 1\n", tmp_path)
    assert [answer.as_promised for answer in answers] == [False] * 4


def test_dots_stand_for_lines(tmp_path: Path) -> None:
    assert [answer.as_promised for answer in play("$ printf 'a\\nb\\nc\\n'\na\n...\nc\n", tmp_path)] == [True]


def test_what_a_session_leaves_running_ends_with_it(tmp_path: Path) -> None:
    answers = play("$ sleep 600 & echo $! > pid\n", tmp_path)
    assert [answer.status for answer in answers] == [0]
    pid = (tmp_path / "pid").read_text().strip()
    assert ends(pid)


def test_sizes_times_and_digests_do_not_count_but_counts_do() -> None:
    assert settle("417 files, 33.9 MiB in 2.1 s at 12 MiB/s") == settle("417 files, 1,023 KiB in 14 s at 9.9 MiB/s")
    assert settle("417 files") != settle("418 files")
    assert settle("12 rows") != settle("13 rows")


def test_a_session_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell_module, "PATIENCE", 1)
    with pytest.raises(AssertionError, match="ended within"):
        play("$ sleep 600 & echo $! > pid; sleep 600\n", tmp_path)
    pid = (tmp_path / "pid").read_text().strip()
    assert ends(pid)
