from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from medialift.errors import NotFoundError, PreconditionError
from medialift.move.compare import Comparer
from medialift.move.digests import MIB
from medialift.move.reading import Source, SourceError
from medialift.stores.base import ObjectStore
from medialift.stores.memory import MEMORY_TRAITS, MemoryStore
from medialift.stores.wrappers.trace import CallCounter, TraceStore
from medialift.types import Proof
from tests.move.worlds import OPAQUE, filled, memory

BIG = bytes(range(256)) * 4096 * 21  # 21 MiB


def comparer(source: ObjectStore, target: ObjectStore) -> Comparer:
    return Comparer(Source.of(source), target, threading.Event())


def test_equal_bytes_are_proved_by_their_md5_etag_without_a_download() -> None:
    target, counter = memory({"a": b"same"}), CallCounter()
    comparison = comparer(memory({"a": b"same"}), TraceStore(target, counter)).compare("a", target.head("a"))
    assert comparison.proof is Proof.ETAG_MD5
    assert not counter.calls


@pytest.mark.parametrize("part_size", [5 * MIB, 8 * MIB, 15 * MIB, 16 * MIB])
def test_the_part_size_of_other_clients_is_guessed_from_the_etag(part_size: int) -> None:
    target, counter = filled(MemoryStore(part_size=part_size), {"a": BIG}), CallCounter()
    comparison = comparer(memory({"a": BIG}), TraceStore(target, counter)).compare("a", target.head("a"))
    assert (comparison.proof, comparison.part_size) == (Proof.ETAG_MD5, part_size)
    assert not counter.calls


def test_an_unusual_part_size_costs_a_download() -> None:
    target, counter = filled(MemoryStore(part_size=7 * MIB), {"a": BIG}), CallCounter()
    target.traits = replace(target.traits, part_size=9 * MIB)
    comparison = comparer(memory({"a": BIG}), TraceStore(target, counter)).compare("a", target.head("a"))
    assert comparison.proof is Proof.READ_BACK
    assert counter.calls == {"get": 1}


def test_an_etag_that_only_looks_like_an_md5_is_not_believed() -> None:
    target = memory({"a": b"same"})
    there = replace(target.head("a"), etag="0" * 32)

    class Encrypted(MemoryStore):
        def get(self, key, *, start=0, length=None, if_match=None):  # type: ignore[no-untyped-def]
            return target.get(key)

    comparison = comparer(memory({"a": b"same"}), Encrypted(traits=MEMORY_TRAITS)).compare("a", there)
    assert comparison.proof is Proof.READ_BACK


@pytest.mark.parametrize("other", [b"some", b"sam3", b"Same"])
def test_other_bytes_of_the_same_size_are_not_equal(other: bytes) -> None:
    for target in (memory({"a": other}), filled(MemoryStore(traits=OPAQUE), {"a": other})):
        assert not comparer(memory({"a": b"same"}), target).compare("a", target.head("a")).equal


def test_without_any_digest_both_sides_are_read() -> None:
    target = filled(MemoryStore(traits=OPAQUE), {"a": BIG})
    comparison = comparer(memory({"a": BIG}), target).compare("a", target.head("a"))
    assert comparison.proof is Proof.READ_BACK


def test_a_difference_is_told_after_the_first_piece() -> None:
    target, counter = filled(MemoryStore(traits=OPAQUE), {"a": b"X" + BIG[1:]}), CallCounter()
    assert not comparer(memory({"a": BIG}), TraceStore(target, counter)).compare("a", target.head("a")).equal
    assert counter.bytes["get"] <= MIB


def test_other_sizes_need_not_be_read() -> None:
    source, counter = memory({"a": b"longer"}), CallCounter()
    target = memory({"a": b"long"})
    assert not comparer(TraceStore(source, counter), target).compare("a", target.head("a")).equal
    assert counter.bytes["get"] == 0


def test_a_source_that_cannot_be_read_says_that_it_is_the_source() -> None:
    target = memory({"a": b"same"})
    with pytest.raises(SourceError) as caught:
        comparer(memory(), target).compare("a", target.head("a"))
    assert isinstance(caught.value.error, NotFoundError)


def test_an_object_that_changed_since_it_was_listed_is_not_compared() -> None:
    target = filled(MemoryStore(traits=OPAQUE), {"a": b"same"})
    listed = target.head("a")
    target.put("a", b"SAME")
    with pytest.raises(PreconditionError):
        comparer(memory({"a": b"same"}), target).compare("a", listed)
