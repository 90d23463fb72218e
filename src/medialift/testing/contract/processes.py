"""What a store must do in threads, and after ``fork()``."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, NoReturn

from medialift.errors import ForkedStoreError
from medialift.stores.base import ObjectStore
from medialift.testing.contract.base import ContractBase
from medialift.testing.contract.bodies import fetch, keys_of, pattern

WORKS, REFUSES, FAILS = 0, 3, 4


def exit_code_in_child(call: Callable[[], bool], timeout: int) -> int:
    """Run *call* in a forked child that is killed after *timeout* seconds: its exit code, or minus the signal."""
    with warnings.catch_warnings():
        # Python warns that forking a process with threads may hang: that is what is asked here.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _run_and_exit(call, timeout)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _run_and_exit(call: Callable[[], bool], timeout: int) -> NoReturn:
    code = FAILS
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(timeout)
        code = WORKS if call() else FAILS
    except ForkedStoreError:
        code = REFUSES
    finally:
        os._exit(code)


class Processes(ContractBase):
    fork_timeout: ClassVar[int] = 20
    """Seconds that a forked child may take before it counts as hanging."""

    def test_threads_share_the_store(self, store: ObjectStore) -> None:
        def roundtrip(number: int) -> bool:
            body = pattern(20_000, seed=number)
            store.put(f"threads/{number}", body)
            return fetch(store, f"threads/{number}") == body

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(roundtrip, range(64)))
        assert len(keys_of(store)) == 64

    def test_a_forked_child_works_or_is_told_at_once(self, store: ObjectStore) -> None:
        store.put("cat.jpg", b"miau")
        code = exit_code_in_child(lambda: fetch(store, "cat.jpg") == b"miau", self.fork_timeout)
        assert code in (WORKS, REFUSES), "the child hung, crashed, or read something else"

    def test_the_parent_goes_on_after_a_fork(self, store: ObjectStore) -> None:
        store.put("cat.jpg", b"miau")
        exit_code_in_child(lambda: fetch(store, "cat.jpg") == b"miau", self.fork_timeout)
        assert fetch(store, "cat.jpg") == b"miau"
