"""Parts of other objects, and what every verb may end with."""

from __future__ import annotations

from typing import Literal, TypedDict


class Amount(TypedDict):
    """Part of other objects: how many files, and their bytes."""

    files: int
    bytes: int


class StorePlace(TypedDict):
    """Part of other objects: one store, by what it is; ``alias`` is empty if none names it today."""

    alias: str
    provider: str
    container: str
    prefix: str
    endpoint: str


class StorePair(TypedDict):
    """Part of other objects: from where to where; most moves have one such pair."""

    source: StorePlace
    target: StorePlace


class StoreRows(TypedDict):
    """Part of other objects: how many rows name a file of one store."""

    store: StorePlace
    rows: int


class Since(TypedDict):
    """Part of other objects: when the site was switched to the target of a move, and what has happened since."""

    at: str
    days: int
    checks_passed: int
    checks_failed: int
    last_check: str | None
    keep_originals_until: str


class FileSide(TypedDict):
    """Part of other objects: a file on one side of a move."""

    place: str
    size: int
    modified: str | None


class ErrorObject(TypedDict):
    """Why a verb could not run or go on; the exit code is 2. ``hint`` is what to do about it."""

    type: Literal["error"]
    error: str
    reason: str
    hint: str
    retryable: bool
    operation: str
    key: str
    store: str


class AtWork(TypedDict):
    """One of the workers that copy a move; ``until`` is when it must be heard of again."""

    worker: str
    files: int
    files_done: int
    until: str
