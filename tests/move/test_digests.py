from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medialift.errors import SourceChangedError, TruncatedBodyError
from medialift.move.digests import (
    MIB,
    Halted,
    Hasher,
    HashingReader,
    PartDigest,
    is_md5_etag,
    parts_in,
    possible_part_sizes,
)
from medialift.stores.memory import MemoryDownload
from medialift.types import ObjectInfo

DATA = bytes(range(256)) * 40


def etag_of(data: bytes, part: int) -> str:
    """The rule, written down as AWS's users know it."""
    digests = [hashlib.md5(data[at : at + part]).digest() for at in range(0, len(data), part)] or [
        hashlib.md5(b"").digest()
    ]
    return f"{hashlib.md5(b''.join(digests)).hexdigest()}-{len(digests)}"


@given(st.binary(max_size=50), st.integers(1, 20), st.integers(1, 17))
def test_part_digests_do_not_depend_on_how_the_body_comes(data: bytes, part: int, piece: int) -> None:
    digest = PartDigest(part)
    for at in range(0, len(data), piece):
        digest.update(data[at : at + piece])
    assert digest.etag() == etag_of(data, part)


def test_a_hasher_knows_every_etag_that_the_body_may_have() -> None:
    hasher = Hasher(whole_md5=True, part_sizes=[1000, 4096])
    hasher.update(DATA[:5000])
    hasher.update(DATA[5000:])
    assert hasher.etags() == {
        hashlib.md5(DATA).hexdigest(): None,
        etag_of(DATA, 1000): 1000,
        etag_of(DATA, 4096): 4096,
    }
    assert hasher.digests().sha256 == hashlib.sha256(DATA).digest()
    assert hasher.size == len(DATA)


def test_no_md5_is_computed_that_nobody_asked_for() -> None:
    hasher = Hasher()
    hasher.update(DATA)
    assert (hasher.digests().md5, hasher.etags()) == (b"", {})


@pytest.mark.parametrize(
    ("etag", "plain", "parts"),
    [
        ("d41d8cd98f00b204e9800998ecf8427e", True, None),
        ("d41d8cd98f00b204e9800998ecf8427e-12", False, 12),
        ("d41d8cd98f00b204e9800998ecf8427e-0", False, None),
        ("D41D8CD98F00B204E9800998ECF8427E", False, None),
        ("0x8DC1234", False, None),
        ("", False, None),
        (None, False, None),
    ],
)
def test_etags_are_known_by_their_form(etag: str | None, plain: bool, parts: int | None) -> None:
    assert (is_md5_etag(etag), parts_in(etag)) == (plain, parts)


def test_part_sizes_are_guessed_from_the_number_of_parts() -> None:
    assert possible_part_sizes(20 * MIB, 3) == (8 * MIB,)
    assert possible_part_sizes(20 * MIB, 4) == (5 * MIB, 6 * MIB)
    assert possible_part_sizes(20 * MIB, 5) == ()
    assert possible_part_sizes(20 * MIB, 5, [4 * MIB]) == (4 * MIB,)


# ── a body on its way ────────────────────────────────────────────────────────────────────────


def info(fingerprint: str = "one", size: int = len(DATA)) -> ObjectInfo:
    return ObjectInfo("k", size, fingerprint=fingerprint)


def reader_of(
    *downloads: MemoryDownload, halt: threading.Event | None = None, sent: Callable[[int], None] = lambda size: None
) -> tuple[HashingReader, Hasher]:
    hasher, rest = Hasher(), list(downloads)
    return HashingReader(lambda: rest.pop(0), hasher, halt or threading.Event(), sent), hasher


def test_what_passes_is_digested_and_told() -> None:
    told: list[int] = []
    reader, hasher = reader_of(MemoryDownload(DATA, info()), sent=told.append)
    assert reader.peek(10) == DATA[:10]
    assert b"".join(iter(lambda: reader.read(3000), b"")) == DATA
    assert hasher.digests().sha256 == hashlib.sha256(DATA).digest()
    assert sum(told) == len(DATA)


class Dripping(MemoryDownload):
    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 0, 7) if size and size > 0 else size)


def test_memory_is_filled_but_for_the_end() -> None:
    told: list[int] = []
    reader, hasher = reader_of(Dripping(DATA, info()), sent=told.append)
    reader.peek(100)
    memory = memoryview(bytearray(4000))
    pieces = [bytes(memory[: reader.fill(memory)]) for _ in range(4)]
    assert [len(piece) for piece in pieces] == [4000, 4000, 2240, 0]
    assert b"".join(pieces) == DATA
    assert hasher.digests().sha256 == hashlib.sha256(DATA).digest()
    assert (sum(told), reader.tell()) == (len(DATA), len(DATA))


def test_a_read_is_short_only_at_the_end() -> None:
    reader, _ = reader_of(Dripping(DATA, info()))
    reader.peek(100)
    assert [len(piece) for piece in iter(lambda: reader.read(4000), b"")] == [4000, 4000, 2240]


def test_a_store_may_ask_for_the_size() -> None:
    reader, _ = reader_of(MemoryDownload(DATA, info()))
    assert reader.seek(0, io.SEEK_END) == len(DATA)
    assert reader.seek(0) == 0
    assert reader.read() == DATA


def test_a_body_can_be_sent_again_and_its_digests_are_those_of_the_last_time() -> None:
    reader, hasher = reader_of(MemoryDownload(b"spoilt" + DATA, info()), MemoryDownload(DATA, info()))
    reader.read(1000)
    reader.seek(0)
    assert reader.read() == DATA
    assert hasher.digests().sha256 == hashlib.sha256(DATA).digest()


def test_a_body_that_changed_is_not_sent_again() -> None:
    reader, _ = reader_of(MemoryDownload(DATA, info()), MemoryDownload(DATA, info("two")))
    reader.read(1000)
    reader.seek(0)
    with pytest.raises(SourceChangedError):
        reader.read()


def test_a_body_cannot_go_on_from_its_middle() -> None:
    reader, _ = reader_of(MemoryDownload(DATA, info()))
    reader.read(1000)
    reader.seek(500)
    with pytest.raises(io.UnsupportedOperation):
        reader.read(1)


def test_a_body_that_grows_is_noticed() -> None:
    reader, _ = reader_of(MemoryDownload(DATA, info(size=100)))
    with pytest.raises(SourceChangedError):
        reader.read()


def test_a_body_that_grows_is_noticed_by_who_fills_memory() -> None:
    reader, _ = reader_of(MemoryDownload(DATA, info(size=100)))
    with pytest.raises(SourceChangedError):
        reader.fill(memoryview(bytearray(101)))
    assert isinstance(reader.failure, SourceChangedError)


def test_a_halted_move_reads_no_further() -> None:
    halt = threading.Event()
    reader, _ = reader_of(MemoryDownload(DATA, info()), halt=halt)
    reader.read(10)
    halt.set()
    with pytest.raises(Halted):
        reader.read(10)
    assert isinstance(reader.failure, Halted)


def test_a_failure_of_the_source_is_kept_for_whoever_is_told_another_story() -> None:
    class Broken(MemoryDownload):
        def read(self, size: int | None = -1, /) -> bytes:
            raise TruncatedBodyError("cut")

    reader, _ = reader_of(Broken(DATA, info()))
    with pytest.raises(TruncatedBodyError):
        reader.read()
    assert isinstance(reader.failure, TruncatedBodyError)
