"""What concerns the bucket itself: what it takes, whether it is there, and what a refusal of it means."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from medialift.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    BucketNotFoundError,
    NotFoundError,
    StoreError,
    TooLargeError,
)
from medialift.stores.supabase.caller import NOBODY, Role
from medialift.stores.supabase.client import Requests
from medialift.stores.supabase.errors import HINT_TO_ANYBODY, answer_of


@dataclass(frozen=True, slots=True)
class BucketInfo:
    """What a bucket is and takes; ``file_size_limit`` is in bytes, ``None`` where only the project's limit counts."""

    public: bool
    file_size_limit: int | None
    allowed_mime_types: Sequence[str] | None


class BucketDoor:
    """Asks about one bucket, and explains what an answer about one of its objects really means."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests
        self._was_seen = False
        self._public: bool | None = None

    def info(self, operation: str = "bucket") -> BucketInfo:
        """Raises :class:`BucketNotFoundError`, also to a caller who may use the bucket and not see it."""
        said = self._ask(operation, self._requests.place.bucket)
        self.saw()
        self._public = bool(said["public"])
        return BucketInfo(self._public, said.get("file_size_limit"), said.get("allowed_mime_types"))

    def is_public(self) -> bool:
        """Whether everybody may read, as far as is known: asked once; not where the bucket cannot be seen."""
        if self._public is None:
            with suppress(StoreError):
                self.info()
        return bool(self._public)

    def doubt(self, *, wrong_key: bool) -> None:
        """Anybody was refused what the store's caller could read: ask again, unless the key for anybody is no good."""
        self._public = False if wrong_key else None

    def make(self) -> None:
        """Create it, private; one that is there is no error: a project has no buckets but its own."""
        name = self._requests.place.bucket
        with suppress(AlreadyExistsError):
            self._requests.send("make_bucket", "", "POST", "/bucket", json={"id": name, "name": name, "public": False})

    def saw(self) -> None:
        """Remember that the bucket is there."""
        self._was_seen = True

    def check(self, operation: str, key: str = "") -> None:
        """Raise :class:`BucketNotFoundError` if there is no such bucket, once per store.

        The service lists a missing bucket as an empty one. Only its own key is told of all buckets.
        """
        if self._was_seen or self._requests.caller.role is not Role.SERVICE:
            return
        try:
            self.info(operation)
        except BucketNotFoundError as error:
            error.operation, error.key = operation, key
            raise self.missing(error) from error.__cause__

    def judged(self, error: StoreError) -> StoreError:
        """What a refusal about one object really means."""
        if isinstance(error, BucketNotFoundError):
            return self.missing(error)
        if isinstance(error, NotFoundError):
            return self._judged_missing(error)
        if isinstance(error, TooLargeError) or _refuses_type(error):
            self._explain_limits(error)
        return error

    def missing(self, error: BucketNotFoundError) -> BucketNotFoundError:
        """The same error, with the bucket's right name if it differs in case only."""
        name = self._requests.place.bucket
        if self._requests.caller.role is Role.SERVICE:
            similar = [other for other in self._names(error.operation) if other.casefold() == name.casefold()]
            if similar and name not in similar:
                error.hint = f"The project has a bucket {similar[0]!r}: names are told apart by case."
        elif self._requests.caller.role is Role.ANYBODY:
            error.hint = f"There is no bucket {name!r}, or it is private. {HINT_TO_ANYBODY}"
        return error

    def _judged_missing(self, error: NotFoundError) -> StoreError:
        """To the service, what is missing is missing; from others it may be hidden.

        Anybody may ask of a public bucket; where that fails too, nobody can tell.
        """
        if self._requests.caller.role is Role.SERVICE:
            self.check(error.operation, error.key)
        if self._requests.caller.role is Role.ANYBODY and not self._is_public(error):
            return AccessDeniedError(
                f"the bucket {self._requests.place.bucket!r} is private: to the anon key its objects are as if absent",
                hint=HINT_TO_ANYBODY,
                **self._requests.where(error.operation, error.key),
            )
        return error

    def _is_public(self, error: StoreError) -> bool:
        path = self._requests.place.of_object("object/info/public", error.key)
        try:
            self._requests.send(error.operation, error.key, "GET", path, by=NOBODY)
        except BucketNotFoundError:
            return False
        except NotFoundError:
            return True
        return True

    def _explain_limits(self, error: StoreError) -> None:
        with suppress(StoreError):
            takes = self.info(error.operation)
            error.hint = _limits_hint(self._requests.place.bucket, takes, isinstance(error, TooLargeError))

    def _names(self, operation: str) -> list[str]:
        try:
            return [str(bucket["id"]) for bucket in self._requests.send(operation, "", "GET", "/bucket").json()]
        except StoreError:
            return []

    def _ask(self, operation: str, name: str) -> dict[str, Any]:
        said: dict[str, Any] = self._requests.send(operation, "", "GET", f"/bucket/{quote(name, safe='')}").json()
        return said


def _refuses_type(error: StoreError) -> bool:
    answer = answer_of(error)
    return answer is not None and answer.status == 415


def _limits_hint(bucket: str, takes: BucketInfo, by_size: bool) -> str:
    if not by_size:
        types = ", ".join(takes.allowed_mime_types or ["nothing"])
        return f"The bucket {bucket!r} takes {types}: allow the type there."
    if takes.file_size_limit is None:
        return f"The bucket {bucket!r} has no limit of its own: it is the project's, under Storage → Settings."
    return f"The bucket {bucket!r} takes up to {takes.file_size_limit:,} bytes, and never more than the project."
