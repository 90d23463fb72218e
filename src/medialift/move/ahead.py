"""A stream that is read ahead of whoever uses it: a service answers while the last answer is worked on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, Queue
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Item(Generic[T]):
    value: T


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None = None


@contextmanager
def ahead(items: Iterator[T], *, depth: int = 2) -> Iterator[Iterator[T]]:
    """*items*, up to *depth* of which are made before they are asked for, in a thread of their own.

    What their making raises is raised where it would have been. Nothing is made after the end of the block.
    """
    queue: Queue[_Item[T] | _End] = Queue(depth)
    over = threading.Event()

    def make() -> None:
        try:
            for item in items:
                queue.put(_Item(item))
                if over.is_set():
                    return
            queue.put(_End())
        except BaseException as error:  # noqa: BLE001 - raised again where the items are used
            queue.put(_End(error))

    maker = threading.Thread(target=make, name="medialift-ahead", daemon=True)
    maker.start()
    try:
        yield _taken(queue)
    finally:
        over.set()
        while maker.is_alive():
            _empty(queue)
            maker.join(0.01)


def _taken(queue: Queue[_Item[T] | _End]) -> Iterator[T]:
    while isinstance(found := queue.get(), _Item):
        yield found.value
    if found.error is not None:
        raise found.error


def _empty(queue: Queue[_Item[T] | _End]) -> None:
    try:
        while True:
            queue.get_nowait()
    except Empty:
        pass
