"""What the verbs print that prepare and accompany the switch of a site."""

from __future__ import annotations

from typing import Literal, TypedDict


class FreezeObject(TypedDict):
    """What ``freeze`` found or did; ``since`` is null while nothing is frozen, ``retry_after`` is in seconds.

    ``obeying`` and ``deaf`` are the aliases that refuse writes during a freeze, and those that do not.
    """

    type: Literal["freeze"]
    frozen: bool
    since: str | None
    retry_after: int
    reason: str
    obeying: list[str]
    deaf: list[str]
    middleware: bool


class VersionObject(TypedDict):
    """One version of a file that ``restore --list`` shows; a ``deleted`` one marks when the file was deleted."""

    type: Literal["version"]
    name: str
    version: str
    at: str
    size: int
    current: bool
    deleted: bool


class RestorationObject(TypedDict):
    """A file that ``restore`` brings back, or would: ``then`` becomes current in the place of ``now``."""

    type: Literal["restoration"]
    name: str
    now: VersionObject
    then: VersionObject


class RestoredObject(TypedDict):
    """The last line of ``restore``: how many files were brought back, and how many more would be."""

    type: Literal["restored"]
    restored: int
    left: int


class SwitchStepObject(TypedDict):
    """One step of the sequence that ``switch`` prints; ``lines`` are to be typed or pasted."""

    type: Literal["switch_step"]
    number: int
    title: str
    lines: list[str]
    why: str
    notes: list[str]


class SwitchObject(TypedDict):
    """The last line of ``switch``."""

    type: Literal["switch"]
    move: str
    platform: str
    notes: list[str]


class DetectedObject(TypedDict):
    """What ``init`` has found out about the site, in words for people."""

    type: Literal["detected"]
    facts: dict[str, str]


class FileObject(TypedDict):
    """A file that ``init`` proposes: ``state`` is ``planned``, ``written`` or ``declined``, ``diff`` the change."""

    type: Literal["file"]
    path: str
    state: str
    diff: str


class ManualObject(TypedDict):
    """What ``init`` leaves to a person: ``text`` is to be typed or pasted, ``why`` it is left."""

    type: Literal["manual"]
    what: str
    text: str
    why: str


class BucketObject(TypedDict):
    """A bucket of ``init --create-bucket``: ``state`` is ``planned``, ``made`` or ``found``."""

    type: Literal["bucket"]
    environment: str
    store: str
    state: str


class InitObject(TypedDict):
    """The last line of ``init``: how many files were written, how many would be, and what to type next."""

    type: Literal["init"]
    written: int
    left: int
    next: list[str]
