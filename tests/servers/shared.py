"""One expensive server for all the processes of a test run."""

from __future__ import annotations

import contextlib
import fcntl
import pickle
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


@contextlib.contextmanager
def shared(folder: Path, start: Callable[[], AbstractContextManager[T]]) -> Iterator[T]:
    """The value of *start*, entered by the first process that asks; it waits for the others before it leaves.

    All processes name the same *folder*. Claims are file locks, so that one who dies holds up nobody.
    """
    folder.mkdir(parents=True, exist_ok=True)
    published = folder / "value"
    with (folder / "users").open("w") as users, contextlib.ExitStack() as mine:
        with _alone(folder):
            if published.exists():
                value: T = pickle.loads(published.read_bytes())
            else:
                value = mine.enter_context(start())
                mine.enter_context(_published(published, value, folder, until_free=users.fileno()))
            fcntl.flock(users, fcntl.LOCK_SH)
        yield value


@contextlib.contextmanager
def _published(file: Path, value: object, folder: Path, *, until_free: int) -> Iterator[None]:
    file.write_bytes(pickle.dumps(value))
    try:
        yield
    finally:
        fcntl.flock(until_free, fcntl.LOCK_UN)
        with _alone(folder):  # whoever comes now waits, and starts a server of their own
            fcntl.flock(until_free, fcntl.LOCK_EX)
            file.unlink()


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "mutex").open("w") as mutex:
        fcntl.flock(mutex, fcntl.LOCK_EX)
        yield
