from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

import pytest

from medialift.errors import StoreError
from medialift.move.lines import lines
from medialift.stores.base import Line
from medialift.stores.memory import MEMORY_TRAITS, MemoryStore
from medialift.types import ObjectInfo


class Paged(MemoryStore):
    """Lists pages of its own, and says whatever it is told to."""

    told: Sequence[Sequence[Line]] = ()

    def lister(self) -> Paged:
        return self

    def pages(self, *, after: str = "") -> Generator[Sequence[Line], None, None]:
        yield from self.told

    def close(self) -> None:
        pass

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        raise AssertionError("the pages are there")


def line(key: str) -> Line:
    return key, 1, "etag", None


def all_lines(store: MemoryStore) -> list[Line]:
    with lines(store) as pages:
        return [found for page in pages for found in page]


def test_a_store_that_lists_pages_is_asked_for_them() -> None:
    store = Paged()
    store.told = [[line("a"), line("b")], [line("b"), line("\uff5e")], [line("\U0001f600")]]
    assert [key for key, *_ in all_lines(store)] == ["a", "b", "b", "\uff5e", "\U0001f600"]


@pytest.mark.parametrize("pages", [[["b", "a"]], [["a", "c"], ["b"]]], ids=["in a page", "between pages"])
def test_a_broken_promise_of_order_is_an_error(pages: list[list[str]]) -> None:
    store = Paged()
    store.told = [list(map(line, page)) for page in pages]
    with pytest.raises(StoreError, match="not sorted"):
        all_lines(store)


def test_a_store_that_promises_no_order_is_sorted() -> None:
    store = Paged(traits=replace(MEMORY_TRAITS, sorted_listing=False))
    store.told = [[line("b")], [line("c"), line("a")]]
    assert [key for key, *_ in all_lines(store)] == ["a", "b", "c"]


def test_any_other_store_is_listed() -> None:
    store = MemoryStore()
    stored = store.put("a", b"abc")
    assert all_lines(store) == [("a", 3, stored.etag, stored.version)]
