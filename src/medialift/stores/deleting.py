"""Deleting many objects where the service has no way of its own to do it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from medialift.errors import StoreError


def one_by_one(delete: Callable[[str], None], keys: Iterable[str]) -> Iterator[StoreError]:
    """``delete_many`` by means of *delete*: every key is tried, as the iterator is consumed."""
    for key in keys:
        try:
            delete(key)
        except StoreError as error:
            yield error
