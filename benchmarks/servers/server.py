"""What a case needs of a server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from benchmarks.values import Endpoint


@dataclass(frozen=True, slots=True)
class Counted:
    """``objects`` in a bucket, and the ``requests`` since the last count; ``None`` where nobody counts them."""

    objects: int
    requests: int | None


class Server(Protocol):
    """One running server, which may be reached in several ways."""

    @property
    def endpoints(self) -> Mapping[str, Endpoint]: ...

    def new_bucket(self) -> str: ...

    def counted(self, bucket: str) -> Counted: ...

    def forget(self, bucket: str) -> None:
        """Give the bucket's memory back."""
        ...
