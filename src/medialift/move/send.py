"""One attempt to bring one file to the target: read, digested, sent and proved in one pass."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import BinaryIO, cast

from medialift import content_types
from medialift.errors import (
    AlreadyExistsError,
    DigestMismatchError,
    MedialiftError,
    NotFoundError,
    SourceChangedError,
    StoreError,
)
from medialift.move.again import again
from medialift.move.compare import Comparer, Comparison, with_etag
from medialift.move.digests import Halted, Hasher, HashingReader, md5, parts_in
from medialift.move.marks import MarkedHeaders, is_marked
from medialift.move.pace import Budget
from medialift.move.packing import as_found, left_to_writer
from medialift.move.pool import do_nothing
from medialift.move.prove import hasher_for, is_same_object, prove, server_checked
from medialift.move.reading import Opened, Source
from medialift.stores.base import Body, ObjectStore
from medialift.types import Action, Copied, ETag, Headers, Item, NotCopied, ObjectInfo, State, Step, Stored

Outcome = Copied | NotCopied

DELETES = 5
"""How often the deletion of a wrong object is tried: left there, it would pass for somebody else's."""

PARTS_HELD = 4
"""Parts of one large file that are in memory at once: three on their way, and the one that is being read."""


class SpoiledError(Exception):
    """This attempt left a wrong object at the target, or may have: ``stored`` is what it put there.

    ``error`` says what went wrong. Never leaves the move's engine.
    """

    def __init__(self, error: MedialiftError, stored: Stored) -> None:
        super().__init__(str(error))
        self.error = error
        self.stored = stored


@dataclass(frozen=True)
class Sender:
    """Makes single attempts for one pair of stores; safe to call from many threads.

    ``whole`` is the size in bytes up to which files are read into memory at once. ``sent`` is told
    the bytes that went over. ``mark`` is written beside every object, if it is not empty and the
    target keeps it: a later run knows by it what an earlier one uploaded and could not record.
    ``unanswered`` is called when an upload that replaces what is there may have ended without an answer.
    """

    source: Source
    target: ObjectStore
    whole: int
    budget: Budget
    halt: threading.Event
    sent: Callable[[int], None]
    mark: str = ""
    unanswered: Callable[[], None] = do_nothing

    @cached_property
    def _marked(self) -> MarkedHeaders:
        return MarkedHeaders(self.target.traits, self.mark)

    def attempt(self, step: Step) -> Outcome:
        """Do what *step* says, once.

        Raises ``SourceError``, ``SourceChangedError``, ``SpoiledError``, the target's errors, and
        ``Halted`` if the move is stopped meanwhile.
        """
        if self.halt.is_set():
            raise Halted
        item = step.item
        there = self._look(step)
        if there is not None:
            if self.source.is_being_written(item.name):
                return left_to_writer(item)
            return self._over(step if step.action is Action.REPLACE else replace(step, action=Action.ADOPT), there)
        try:
            return self._send(step if step.action is Action.COPY else replace(step, action=Action.COPY))
        except AlreadyExistsError:
            return self._over(replace(step, action=Action.ADOPT), self.target.head(item.key))

    # ── what is at the target already ────────────────────────────────────────────────────────

    def _look(self, step: Step) -> ObjectInfo | None:
        """The target's object, asked for only where no listing and no conditional write can tell."""
        if step.action is Action.ADOPT and step.target is not None:
            return step.target
        if step.action is Action.COPY and (self._can_create(step.item.size) or step.item.size <= self.whole):
            return None
        try:
            return self.target.head(step.item.key)
        except NotFoundError:
            return None

    def _over(self, step: Step, there: ObjectInfo) -> Outcome:
        """Adopt equal bytes, replace what an earlier pass put there, and leave everything else alone."""
        item, evidence = step.item, step.evidence
        if step.action is Action.ADOPT and item.size == there.size:
            there = with_etag(self.target, there)
            comparison = Comparer(self.source, self.target, self.halt).compare(item.name, there)
            if comparison.equal:
                return _adopted(item, there, comparison)
        if evidence is not None and is_same_object(evidence, there):
            return self._send(replace(step, action=Action.REPLACE))
        if step.action is Action.REPLACE:
            return self._over(replace(step, action=Action.ADOPT), there)
        if evidence is None and is_marked(self.target, there, self.mark):  # uploaded, and killed before it was recorded
            return self._send(replace(step, action=Action.REPLACE))
        return NotCopied(item, State.CONFLICT, "the target holds other bytes under this key")

    # ── sending ──────────────────────────────────────────────────────────────────────────────

    def _send(self, step: Step) -> Outcome:
        with self.budget.hold(self._memory(step.item.size)), self.source.open(step.item.name) as opened:
            if self.source.is_being_written(step.item.name, opened):
                return left_to_writer(step.item)
            info = opened.info
            step, hasher = as_found(step, info.size, info.fingerprint), self._hasher(info)
            if info.size <= self.whole:
                stored = self._send_whole(step, opened, hasher)
            else:
                stored = self._send_stream(step, opened, hasher)
            return self._proved(step, stored, hasher, md5_sent=info.size <= self.whole)

    def _hasher(self, info: ObjectInfo) -> Hasher:
        if self._leaves_md5(info.size):
            return Hasher()
        return hasher_for(self.target.traits, info.size, etag=info.etag, part_sizes=self.source.part_sizes(info))

    def _leaves_md5(self, size: int) -> bool:
        """Whether the MD5 of a body is only needed when the answer is here: the bulk lane computes it on its way."""
        traits = self.target.traits
        is_whole = size <= self.whole and not 0 < traits.multipart_threshold < size
        is_checked = server_checked(traits, md5_sent=True)
        return is_whole and self.source.on_disk and traits.etag is ETag.MD5 and not is_checked

    def _send_whole(self, step: Step, opened: Opened, hasher: Hasher) -> Stored:
        data = _all_of(opened)
        hasher.update(data)
        self.source.check_read(step.item.name, opened.info, hasher, self.halt)
        headers = self._marked.of(step.item.name, data, opened.info.headers)
        stored = self._put(step, data, headers, size=len(data), md5=hasher.digests().md5 or None)
        if self._leaves_md5(len(data)):
            hasher.take_md5(stored.md5 or md5(data).digest())
        self.sent(len(data))
        return stored

    def _send_stream(self, step: Step, opened: Opened, hasher: Hasher) -> Stored:
        item, waiting = step.item, [opened]

        def reopen() -> Opened:
            return waiting.pop() if waiting else self.source.open(item.name)

        with HashingReader(reopen, hasher, self.halt, self.sent) as reader:
            headers = self._marked.of(item.name, reader.peek(content_types.ENOUGH), opened.info.headers)
            body = cast("BinaryIO", reader)
            try:
                stored = self._put(step, body, headers, size=opened.info.size)
            except Exception:
                # What the store says of a body that failed is not what happened to it.
                if reader.failure is not None:
                    raise reader.failure from None
                raise
        try:
            self.source.check_read(item.name, opened.info, hasher, self.halt)
        except SourceChangedError as error:
            raise self._spoiled(step, error, stored) from error
        return stored

    def _put(self, step: Step, body: Body, headers: Headers, *, size: int, md5: bytes | None = None) -> Stored:
        key, creates = step.item.key, self._creates(step)
        try:
            stored = self.target.put(key, body, headers=headers, if_absent=creates, md5=md5)
        except StoreError as error:
            if error.unanswered and not creates:
                self.unanswered()
            if not isinstance(error, DigestMismatchError) or error.etag is None:
                raise
            raise self._spoiled(step, error, Stored(key, size, error.etag)) from error
        if stored.unanswered and not creates:
            self.unanswered()
        return stored

    def _proved(self, step: Step, stored: Stored, hasher: Hasher, *, md5_sent: bool) -> Copied:
        digests = hasher.digests()
        sent = md5_sent and bool(digests.md5)
        kept = self._as_kept(stored)
        proof = prove(self.target, kept, digests, hasher.etags(), md5_sent=sent, halt=self.halt)
        if proof is not None:
            return Copied(step.item, digests, kept, proof)
        error = DigestMismatchError("the target holds other bytes than were sent", operation="put", key=stored.key)
        raise self._spoiled(step, error, stored)

    def _as_kept(self, stored: Stored) -> Stored:
        """*stored* under the ETag that the object has from now on; whether it is still ours, its proof tells.

        Services whose ETags are the MD5 of the whole body answer an upload in parts with another one.
        """
        if self.target.traits.etag is not ETag.WHOLE_MD5 or parts_in(stored.etag) is None:
            return stored
        there = self.target.head(stored.key)
        return replace(stored, etag=there.etag, version=there.version)

    def _spoiled(self, step: Step, error: MedialiftError, stored: Stored) -> SpoiledError:
        """The error for a wrong object, which is deleted if this very attempt created it.

        What cannot be deleted now is left to the next attempt, which replaces it.
        """
        if self._creates(step) and stored.etag is not None:
            with suppress(StoreError, Halted):
                again(lambda: self._delete(stored), attempts=DELETES, halt=self.halt)
        return SpoiledError(error, stored)

    def _delete(self, stored: Stored) -> None:
        """Delete an object, unless somebody has replaced it since."""
        with suppress(NotFoundError):
            if self.target.head(stored.key).etag == stored.etag:
                self.target.delete(stored.key)

    def _creates(self, step: Step) -> bool:
        return step.action is Action.COPY and self._can_create(step.item.size)

    def _can_create(self, size: int) -> bool:
        traits = self.target.traits
        in_parts = 0 < traits.multipart_threshold < size
        return traits.atomic_multipart_create if in_parts else traits.atomic_create

    def _memory(self, size: int) -> int:
        return size if size <= self.whole else min(size, PARTS_HELD * self.target.traits.part_size)


def _adopted(item: Item, there: ObjectInfo, comparison: Comparison) -> Copied:
    assert comparison.digests is not None
    assert comparison.proof is not None
    info = comparison.info
    stored = Stored(item.key, info.size, there.etag, there.version, comparison.part_size)
    item = replace(item, size=info.size, fingerprint=info.fingerprint)
    return Copied(item, comparison.digests, stored, comparison.proof, adopted=True)


def _all_of(opened: Opened) -> bytes:
    """The whole body, up to one byte more than was announced."""
    limit = opened.info.size + 1
    data = opened.read(limit)
    while len(data) < limit and (more := opened.read(limit - len(data))):
        data += more
    return data
