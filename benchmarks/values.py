"""What travels between the parts of the suite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class Unavailable(Exception):
    """A server or a peer is not on this machine; says how to get it."""

    def __init__(self, what: str, how_to_get_it: str) -> None:
        super().__init__(f"{what} is not available: {how_to_get_it}")
        self.what, self.how_to_get_it = what, how_to_get_it


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server as clients are told of it. ``ca_file`` is set if it speaks TLS; ``provider`` is medialift's word."""

    name: str
    url: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    provider: str
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class DataSet:
    """Files below ``folder``, and a site of Django whose rows name them, ready to be copied from ``site``."""

    name: str
    folder: Path
    site: Path
    files: int
    octets: int


@dataclass(frozen=True, slots=True)
class Task:
    """What a contestant is to do: bring ``data`` into ``bucket``. ``home`` is an empty folder of its own."""

    data: DataSet
    endpoint: Endpoint
    bucket: str
    home: Path


@dataclass(frozen=True, slots=True)
class Command:
    """One program to be measured, with what its environment has beside the ordinary one."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process took. ``wall`` and ``cpu`` (user and system) in seconds, ``memory`` at its peak in bytes."""

    wall: float
    cpu: float
    memory: int
    code: int


@dataclass(frozen=True, slots=True)
class Run:
    """One contestant's turn. ``requests`` is ``None`` where the server does not count; ``problem`` says what failed."""

    contestant: str
    usage: Usage
    requests: int | None
    problem: str = ""
