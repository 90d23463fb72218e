"""A store that is read through one door and written through another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from medialift.errors import StoreError
from medialift.stores.base import Body, ObjectStore
from medialift.stores.wrappers.base import Wrapper
from medialift.types import NO_HEADERS, Headers, Stored


class TwoDoors(Wrapper):
    """So that the contract can also be asked of a store that cannot be written."""

    def __init__(self, reading: ObjectStore, writing: ObjectStore) -> None:
        super().__init__(reading)
        self._writing = writing

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        return self._writing.put(key, body, headers=headers, if_absent=if_absent, md5=md5)

    def delete(self, key: str) -> None:
        self._writing.delete(key)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        return self._writing.delete_many(keys)
