from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers.process import ServerError, accepts, free_port, running

SLEEP = [sys.executable, "-c", "import time; print('awake', flush=True); time.sleep(600)"]
RUNNER = """
import sys, time
from pathlib import Path
from tests.servers.process import running
with running("sleeper", {command!r}, log=Path({log!r})) as process:
    print(process.popen.pid, flush=True)
    time.sleep(600)
"""


def test_a_server_ends_with_its_block(tmp_path: Path) -> None:
    with running("sleeper", SLEEP, log=tmp_path / "log") as process:
        assert process.popen.poll() is None

    assert process.popen.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_a_server_ends_when_the_test_run_is_killed(tmp_path: Path) -> None:
    code = RUNNER.format(command=SLEEP, log=str(tmp_path / "log"))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as runner:
        assert runner.stdout is not None
        server = int(runner.stdout.readline())
        _wait_for(tmp_path / "log", "awake")
        runner.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 10
    while _alive(server) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _alive(server)


def test_a_server_that_ends_at_once_shows_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no such option')"]
    with (
        running("broken", command, log=tmp_path / "log") as process,
        pytest.raises(ServerError, match="no such option"),
    ):
        process.wait_until(lambda: False, seconds=30)


def test_a_server_that_never_answers_is_given_up(tmp_path: Path) -> None:
    with running("sleeper", SLEEP, log=tmp_path / "log") as process:
        with pytest.raises(ServerError, match="did not answer"):
            process.wait_until(lambda: False, seconds=0.05)


def test_a_free_port_is_free() -> None:
    assert not accepts(free_port())


def _alive(pid: int) -> bool:
    """Whether the process runs. An orphan that nobody has reaped yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _wait_for(file: Path, text: str) -> None:
    deadline = time.monotonic() + 10
    while text not in (file.read_text() if file.exists() else ""):
        assert time.monotonic() < deadline, f"{file} never said {text!r}"
        time.sleep(0.01)
