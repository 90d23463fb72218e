"""A store that the ledger knows and no alias reaches: it has an identity, and refuses everything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from medialift.errors import RefusedError, StoreError
from medialift.report.settings import entry_for
from medialift.stores.base import Body, Download
from medialift.types import NO_HEADERS, Headers, ObjectInfo, Stored, StoreIdentity, Traits


def refusal(identity: StoreIdentity) -> RefusedError:
    """Why nothing can be done there, and the settings to add."""
    hint = f"Add an entry for it to the settings and run the command again:\n\n    {entry_for(identity)}"
    return RefusedError(f"no alias in STORAGES reaches {identity}", hint=hint)


class Unreachable:
    """Stands where a store is asked for and will not be used. Every verb raises ``RefusedError``."""

    def __init__(self, identity: StoreIdentity) -> None:
        self.identity = identity
        self.traits = Traits()

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        raise refusal(self.identity)

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        raise refusal(self.identity)

    def head(self, key: str) -> ObjectInfo:
        raise refusal(self.identity)

    def delete(self, key: str) -> None:
        raise refusal(self.identity)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        raise refusal(self.identity)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        raise refusal(self.identity)

    def close(self) -> None:
        """Nothing is open."""
