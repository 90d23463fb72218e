from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time

import pytest

from medialift.cli.interrupt import ENDED, SIGNALS, STOPPING, stops_cleanly

PROGRAM = """
import sys, threading, time
from medialift.cli.interrupt import stops_cleanly

def stuck():
    time.sleep(60)

with stops_cleanly() as stop:
    threading.Thread(target=stuck).start()
    print("ready", flush=True)
    stop.wait(60)
    print("stopping", flush=True)
    {then}
print("stopped", flush=True)
import os; os._exit(7)
"""


def start(then: str) -> subprocess.Popen[str]:
    program = PROGRAM.format(then=then)
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_asks_and_lets_the_work_end(number: signal.Signals) -> None:
    process = start("pass")
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert out == "stopping\nstopped\n"
    assert err == STOPPING
    assert process.returncode == 7


def test_the_second_signal_ends_a_process_whose_threads_are_stuck() -> None:
    process = start("time.sleep(60)")
    assert process.stdout is not None
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == "stopping\n"
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == ENDED
    assert time.monotonic() - began < 5


def test_the_handlers_that_were_there_come_back() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with stops_cleanly() as stop:
        assert [signal.getsignal(number) for number in SIGNALS] != before
        assert not stop.is_set()
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_outside_the_main_thread_nothing_is_installed() -> None:
    seen: list[bool] = []

    def work() -> None:
        with stops_cleanly() as stop:
            seen.append(stop.is_set())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [False]
