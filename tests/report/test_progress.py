from __future__ import annotations

import io
import json

import pytest

from medialift.move.values import Progress, Stage
from medialift.report.pace import Pace, share
from medialift.report.progress import JsonProgress, PlainProgress, TerminalProgress, describe, fit

MIB = 1024 * 1024
BUSY = Progress(Stage.COPY, 5531, 12408, 14 * 1024 * MIB, 31 * 1024 * MIB, errors=2, elapsed=300.0)
PACE = Pace(bytes=48.1 * MIB, files=40, left=363)


def at(elapsed: float, files: int, files_total: int = 0, octets: int = 0, stage: Stage = Stage.COPY) -> Progress:
    return Progress(stage, files, files_total, octets, 0, 0, elapsed)


def terminal(encoding: str = "utf-8") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")


def written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode(stream.encoding)


def test_a_line_says_files_bytes_rate_time_left_and_errors_in_eighty_columns() -> None:
    line = fit(describe(BUSY, PACE), share(BUSY), 80, fancy=False)
    assert line == "Copying 5,531/12,408  ####-------  2 errors  45%  ETA 6:03  14.0 GiB  48.1 MiB/s"


@pytest.mark.parametrize("width", range(10, 160))
def test_a_line_never_wraps_and_errors_outlive_the_rate_in_a_narrow_terminal(width: int) -> None:
    line = fit(describe(BUSY, PACE), share(BUSY), width, fancy=True)
    assert len(line) <= width
    if "MiB/s" in line:
        assert "2 errors" in line


def test_a_terminal_redraws_one_line_and_leaves_the_last_count() -> None:
    stream = terminal()
    progress = TerminalProgress(stream, width=60)
    progress.show(at(1.0, 1, 2, 10))
    progress.show(at(2.0, 2, 2, 20))
    progress.finish()
    assert written(stream) == (
        "\r\x1b[KCopying 1/2  ━━━━━━━━━━━━┄┄┄┄┄┄┄┄┄┄┄┄  50%  10 B"
        "\r\x1b[KCopying 2/2  ━━━━━━━━━━━━━━━━━━━━━━━━  100%  20 B  10 B/s\n"
    )


def test_a_terminal_is_not_flooded_but_always_sees_the_end() -> None:
    stream = terminal()
    progress = TerminalProgress(stream, width=60)
    for files in range(1, 1001):
        progress.show(at(files / 100_000, files, 1000))
    progress.finish()
    assert written(stream).count("\r") == 2
    assert "1,000/1,000" in written(stream)


def test_a_terminal_without_unicode_gets_a_plain_bar() -> None:
    stream = terminal("ascii")
    TerminalProgress(stream, width=60).show(at(0, 1, 2))
    assert "############------------" in written(stream)


def test_clearing_takes_the_line_away_once() -> None:
    stream = terminal()
    progress = TerminalProgress(stream, width=60)
    progress.show(at(0, 1))
    progress.clear()
    progress.clear()
    progress.finish()
    assert written(stream) == "\r\x1b[KCopying 1\r\x1b[K"


def test_a_new_stage_starts_a_new_line() -> None:
    stream = terminal()
    progress = TerminalProgress(stream, width=60)
    progress.show(at(9, 9))
    progress.show(at(0, 1, stage=Stage.VERIFY))
    assert written(stream) == "\r\x1b[KCopying 9\n\r\x1b[KVerifying 1"


def test_a_log_gets_a_line_every_ten_seconds_of_a_slow_move() -> None:
    stream = terminal()
    progress = PlainProgress(stream)
    for second in range(31):
        progress.show(at(second, second, 100_000))
    lines = written(stream).splitlines()
    assert [line.split("  ")[0] for line in lines] == [f"Copying {n}/100,000" for n in (10, 20, 30)]
    assert "\x1b" not in written(stream)


def test_a_log_gets_at_most_twenty_lines_of_a_fast_move_and_always_the_last() -> None:
    stream = terminal()
    progress = PlainProgress(stream)
    for step in range(2001):
        progress.show(at(step / 100, step, 2000))
    progress.finish()
    lines = written(stream).splitlines()
    assert 10 <= len(lines) <= 20
    assert lines[-1].startswith("Copying 2,000/2,000  100%")


def test_a_log_gets_the_end_of_every_stage() -> None:
    stream = terminal()
    progress = PlainProgress(stream)
    progress.show(at(0.0, 0, 2))
    progress.show(at(0.1, 2, 2))
    progress.show(at(0.0, 0, 2, stage=Stage.VERIFY))
    progress.show(at(0.1, 2, 2, stage=Stage.VERIFY))
    progress.finish()
    assert written(stream) == "Copying 2/2  100%\nVerifying 2/2  100%\n"


def test_a_script_gets_an_object_a_second_and_the_last_of_every_stage() -> None:
    stream = terminal()
    progress = JsonProgress(stream)
    for step in range(36):
        progress.show(at(step / 10, step, 35))
    progress.show(at(0.0, 0, 2, stage=Stage.VERIFY))
    progress.show(at(0.1, 2, 2, stage=Stage.VERIFY))
    progress.finish()
    seen = [json.loads(line) for line in written(stream).splitlines()]
    assert [(found["stage"], found["files"]) for found in seen] == [
        ("copy", 10), ("copy", 20), ("copy", 30), ("copy", 35), ("verify", 2),
    ]  # fmt: skip
