from __future__ import annotations

import io

import pytest

from medialift.stores.bodies import chunks, marked, read_all
from medialift.testing.contract.bodies import BodyError, breaking, one_way


def test_a_body_comes_in_pieces_of_the_size_asked_for() -> None:
    assert list(chunks(b"abcdefg", 3)) == [b"abc", b"def", b"g"]
    assert list(chunks(io.BytesIO(b"abc"), 3)) == [b"abc"]
    assert list(chunks(b"", 3)) == []


def test_a_short_read_is_not_the_end() -> None:
    data = b"x" * 20_000
    assert read_all(one_way(data)) == data
    assert len(list(chunks(one_way(data)))) == 3


def test_what_a_body_raises_passes_through() -> None:
    with pytest.raises(BodyError):
        read_all(breaking(b"half"))


def test_bytes_are_not_copied() -> None:
    data = b"x" * 20_000
    assert read_all(data) is data


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [([b"a", b"b"], [(b"a", False), (b"b", True)]), ([b"a"], [(b"a", True)]), ([], [(b"", True)])],
)
def test_the_last_chunk_is_known_before_it_is_sent(pieces: list[bytes], expected: list[tuple[bytes, bool]]) -> None:
    assert list(marked(pieces)) == expected
