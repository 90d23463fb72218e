"""What stores can do beside their contract so that a move of many small files costs little: read at once, send at once.

Both are asked of a store itself, never through a wrapper: what wraps a store wants to see what goes in and out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

from medialift.types import Headers, Stored


class Whole(NamedTuple):
    """A small object that was read at once. A tuple, because a move makes one of each file.

    ``is_being_written`` says that a writer held it before it was read, ``has_changed`` that it was another afterwards.
    """

    data: bytes
    fingerprint: str
    is_being_written: bool
    has_changed: bool


@runtime_checkable
class ReadsWhole(Protocol):
    """Reads small objects at once, with everything that a move wants to know of them."""

    def read_whole(self, key: str, largest: int) -> Whole | None:
        """The object; ``None`` if it has more than *largest* bytes. Raises ``NotFoundError``."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one create of an :class:`Express`.

    Without ``stored`` nobody knows, or it was refused; ``exists`` says that the key is taken, perhaps by this very
    create, ``throttled`` that the service asked for less.
    """

    ticket: Any
    stored: Stored | None
    exists: bool = False
    throttled: bool = False


class Express(Protocol):
    """Many creates of small objects under way at once, without a thread for each; for one thread, which never waits.

    It knows success only. Whatever ends otherwise has to be done again by ``put``, which creates nothing twice.
    ``alive`` turns false once there is no use in it any more.
    """

    @property
    def under_way(self) -> int: ...

    @property
    def alive(self) -> bool: ...

    def begin(self, ticket: object, key: str, body: bytes, *, headers: Headers, sha256: bytes) -> bool:
        """Begin to create *key*, which must not be there yet; false if this one has to go through ``put``.

        *sha256* is that of *body*: the service is told to compare it.
        """

    def answers(self, wait: float) -> Iterator[Sent]:
        """What has come, after at most *wait* seconds."""

    def close(self) -> None:
        """Forget what is under way."""


class Route(Protocol):
    """What another process needs to open the same express, but its credentials. Can be pickled."""

    def open(self, credentials: Callable[[], Any], /) -> PortableExpress: ...


@runtime_checkable
class PortableExpress(Express, Protocol):
    """An express that another process can open too."""

    @property
    def route(self) -> Route: ...

    def credentials(self) -> object | None:
        """What signs a request, as it is now, to be handed to whoever opens the route; ``None`` if there is nothing."""

    def renew(self) -> None:
        """Ask for the credentials again at the next request."""

    def wake_by(self, file: int, /) -> None:
        """Let :meth:`answers` wait no longer once *file* (a descriptor) can be read."""


@runtime_checkable
class SendsExpress(Protocol):
    """Has a faster way for many small objects."""

    def express(self) -> Express | None:
        """Open it; ``None`` where it cannot be used."""
