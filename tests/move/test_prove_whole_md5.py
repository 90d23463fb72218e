"""An ETag that is the MD5 of the body, unless it has a dash: what it proves, and what it does not."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from medialift.move.compare import Comparer
from medialift.move.digests import digests_of, md5
from medialift.move.prove import etag_speaks, hasher_for, prove
from medialift.move.reading import Source
from medialift.stores.base import ObjectStore
from medialift.stores.memory import MEMORY_TRAITS, MemoryStore
from medialift.stores.wrappers.trace import CallCounter, TraceStore
from medialift.types import ETag, Proof, Stored
from tests.move.worlds import filled, memory

WHOLE = replace(MEMORY_TRAITS, etag=ETag.WHOLE_MD5, checked_digests=frozenset())
SMALL, LARGE = b"cat", b"cat" * 100


@pytest.fixture
def calls() -> CallCounter:
    return CallCounter()


@pytest.fixture
def target(calls: CallCounter) -> ObjectStore:
    """A service that cuts bodies above 64 bytes where it likes."""
    return TraceStore(MemoryStore("target", part_size=64, traits=WHOLE), calls)


def proof_of(target: ObjectStore, body: bytes, stored: Stored) -> Proof | None:
    hasher = hasher_for(target.traits, len(body))
    hasher.update(body)
    return prove(target, stored, digests_of(body), hasher.etags(), md5_sent=False, halt=threading.Event())


def test_an_etag_without_a_dash_proves_the_bytes_without_a_request(target: ObjectStore, calls: CallCounter) -> None:
    assert proof_of(target, SMALL, target.put("a", SMALL)) is Proof.ETAG_MD5
    assert calls.calls["get"] == 0


def test_an_etag_with_a_dash_proves_nothing_and_the_object_is_read_back(
    target: ObjectStore, calls: CallCounter
) -> None:
    stored = target.put("a", LARGE)
    assert stored.etag is not None
    assert "-" in stored.etag
    assert proof_of(target, LARGE, stored) is Proof.READ_BACK
    assert calls.calls["get"] == 1


def test_a_body_that_went_up_in_parts_may_have_the_md5_of_the_whole(target: ObjectStore, calls: CallCounter) -> None:
    stored = replace(target.put("a", LARGE), etag=md5(LARGE).hexdigest())
    assert proof_of(target, LARGE, stored) is Proof.ETAG_MD5
    assert calls.calls["get"] == 0


def test_other_bytes_are_never_proved(target: ObjectStore) -> None:
    assert proof_of(target, SMALL, target.put("a", b"dog")) is None
    assert proof_of(target, LARGE, target.put("b", b"dog" * 100)) is None


@pytest.mark.parametrize(
    ("meaning", "plain", "dashed"),
    [(ETag.MD5, True, True), (ETag.WHOLE_MD5, True, False), (ETag.OPAQUE, False, False)],
)
def test_which_etags_speak(meaning: ETag, plain: bool, dashed: bool) -> None:
    traits, etag = replace(MEMORY_TRAITS, etag=meaning), md5(b"").hexdigest()
    assert (etag_speaks(traits, etag), etag_speaks(traits, f"{etag}-2"), etag_speaks(traits, "v1")) == (
        plain,
        dashed,
        False,
    )


def test_a_file_that_is_there_already_is_known_by_its_etag(target: ObjectStore, calls: CallCounter) -> None:
    source = Source.of(memory({"small": SMALL, "large": LARGE}))
    filled(target, {"small": SMALL, "large": LARGE})
    comparer = Comparer(source, target, threading.Event())
    assert comparer.compare("small", target.head("small")).proof is Proof.ETAG_MD5
    assert calls.calls["get"] == 0
    assert comparer.compare("large", target.head("large")).proof is Proof.READ_BACK
