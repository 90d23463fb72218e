"""An express into a folder, which another process can open too, and whose creates can go wrong there."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medialift.stores.express import Sent
from medialift.stores.filesystem import FilesystemStore
from medialift.types import Headers, Stored, Traits

SECRET = "a secret of the folder"


@dataclass(frozen=True)
class FolderRoute:
    """*fates* are what becomes of creates, by their keys; *log* is written a line for each, with the process."""

    root: Path
    traits: Traits
    log: Path
    fates: Mapping[str, str] = field(default_factory=dict)

    @property
    def opened(self) -> Path:
        """Is there once another process has opened the route."""
        return self.log.with_suffix(".opened")

    def open(self, credentials: Callable[[], Any]) -> FolderExpress:
        self.opened.touch()
        return FolderExpress(self, credentials)


class FolderExpress:
    def __init__(self, route: FolderRoute, credentials: Callable[[], Any] = lambda: SECRET) -> None:
        self.route, self.credentials = route, credentials
        self._store = FilesystemStore(route.root)
        self._waiting: list[Sent] = []
        self._wake: int | None = None
        self.alive = True

    @property
    def under_way(self) -> int:
        return len(self._waiting)

    def begin(self, ticket: Any, key: str, body: bytes, *, headers: Headers, sha256: bytes) -> bool:
        assert self.credentials() == SECRET
        fate = self.route.fates.get(key, "")
        with self.route.log.open("a") as log:
            log.write(f"{os.getpid()} {self.under_way} {key}\n")
        if fate == "not here":
            return False
        if fate == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if fate == "raises":
            raise RuntimeError("a mistake of the second process")
        self._waiting.append(self._sent(ticket, key, body, fate))
        self.alive = fate != "useless"
        return True

    def _sent(self, ticket: Any, key: str, body: bytes, fate: str) -> Sent:
        if fate == "throttled":
            return Sent(ticket, None, throttled=True)
        path = self.route.root / key
        path.parent.mkdir(exist_ok=True)
        try:
            with path.open("xb") as file:
                file.write(body)
        except FileExistsError:
            return Sent(ticket, None, exists=True)
        there = self._store.head(key)
        return Sent(ticket, None if fate == "lost" else Stored(key, there.size, there.etag, "v1"))

    def answers(self, wait: float) -> Iterator[Sent]:
        if not self._waiting and self._wake is not None:
            import select

            with suppress(OSError):
                select.select([self._wake], [], [], wait)
        first, self._waiting = self._waiting[:3], self._waiting[3:]
        yield from first

    def renew(self) -> None:
        pass

    def wake_by(self, file: int) -> None:
        self._wake = file

    def close(self) -> None:
        self._waiting.clear()


class FolderTarget(FilesystemStore):
    """A folder with an express, as a service with *traits* would have it."""

    def __init__(self, root: Path, traits: Traits, fates: Mapping[str, str] | None = None) -> None:
        root.mkdir(exist_ok=True)
        super().__init__(root)
        self.traits = traits
        self.route = FolderRoute(root, traits, root.with_name(f"{root.name}.log"), fates or {})

    def express(self) -> FolderExpress:
        return FolderExpress(self.route)

    @property
    def begun(self) -> list[tuple[int, int, str]]:
        """What was begun by express: the process, how many it had under way, and the key."""
        if not self.route.log.exists():
            return []
        lines = (line.split(" ", 2) for line in self.route.log.read_text().splitlines())
        return [(int(process), int(under_way), key) for process, under_way, key in lines]
