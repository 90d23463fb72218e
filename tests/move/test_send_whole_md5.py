"""A service that answers an upload in parts with one ETag and keeps the object under another, as rclone does."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace

from medialift.move.copy import copy
from medialift.stores.base import Body, ObjectStore
from medialift.stores.memory import MEMORY_TRAITS, MemoryStore
from medialift.stores.wrappers.base import Wrapper
from medialift.types import NO_HEADERS, Action, Copied, ETag, Headers, Item, NotCopied, Proof, Step, Stored
from tests.move.worlds import QUICK, contents, memory

LARGE = bytes(range(256)) * 400
STREAMED = replace(QUICK, whole=1000)


class TwoETags(Wrapper):
    """Cuts bodies above 1,000 bytes, and keeps every object under the MD5 of the whole."""

    def __init__(self, inner: ObjectStore) -> None:
        super().__init__(inner)
        self.traits = replace(
            inner.traits, etag=ETag.WHOLE_MD5, multipart_threshold=1000, part_size=1000, checked_digests=frozenset()
        )

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        stored = self.inner.put(key, body, headers=headers, if_absent=if_absent, md5=md5)
        return replace(stored, etag=f"{'0' * 32}-{stored.size // 1000 + 1}", part_size=1000)


class Meddling(TwoETags):
    """Where somebody else replaces each object as soon as it is there."""

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        stored = super().put(key, body, headers=headers, if_absent=if_absent, md5=md5)
        self.inner.put(key, b"of somebody else")
        return stored


def run(target: ObjectStore) -> Iterable[Copied | NotCopied]:
    step = Step(Action.COPY, Item("a", "a", len(LARGE), memory({"a": LARGE}).head("a").fingerprint))
    return list(copy([step], memory({"a": LARGE}), target, limits=STREAMED, stop=threading.Event()))


def test_it_is_sent_once_and_known_by_the_etag_that_it_keeps() -> None:
    inner = MemoryStore(traits=MEMORY_TRAITS)
    (outcome,) = run(TwoETags(inner))
    assert isinstance(outcome, Copied)
    assert (outcome.proof, outcome.adopted, outcome.stored.etag) == (Proof.ETAG_MD5, False, inner.head("a").etag)


def test_what_somebody_else_put_there_meanwhile_is_neither_believed_nor_deleted() -> None:
    inner = MemoryStore(traits=MEMORY_TRAITS)
    (outcome,) = run(Meddling(inner))
    assert isinstance(outcome, NotCopied)
    assert contents(inner) == {"a": b"of somebody else"}
