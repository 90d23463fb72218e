from __future__ import annotations

import threading

from medialift.keys import key_for
from medialift.move.journal import Tally
from medialift.move.survey import Elsewhere, survey
from medialift.move.values import Progress
from medialift.stores.memory import MemoryStore
from medialift.types import KeyRules, Traits
from tests.move.worlds import ASCII, filled, memory

FILES = {"a.jpg": b"12", "été.jpg": b"123", "films/long.mp4": b"x" * 100, "n" * 300: b""}
PLAIN = Elsewhere(Traits())
NARROW = Elsewhere(Traits(key_rules=KeyRules(allowed="a-z/.=;0-9,", max_segment_bytes=200)), max_object=50)


def test_every_file_is_held_against_every_place() -> None:
    found = survey(memory(FILES), {"plain": PLAIN, "narrow": NARROW})
    assert (found.files, found.stopped) == (Tally(4, 105), False)
    plain, narrow = found.fits["plain"], found.fits["narrow"]
    assert (plain.escaped.count, plain.refused.count, plain.too_large.count) == (0, 0, 0)
    assert (narrow.escaped.first, narrow.refused.first, narrow.too_large.first) == (
        ["été.jpg"],
        ["n" * 300],
        ["films/long.mp4"],
    )


def test_names_count_and_not_the_keys_that_they_have_here() -> None:
    rules = ASCII.key_rules
    source = filled(MemoryStore("s", traits=ASCII), {key_for("été.jpg", rules): b"1"})
    assert survey(source, {"plain": PLAIN}).fits["plain"].escaped.count == 0


def test_parts_are_requests_too() -> None:
    parts = Elsewhere(Traits(multipart_threshold=50, part_size=40))
    assert survey(memory(FILES), {"parts": parts}).fits["parts"].requests == 4 + 3 + 1


def test_what_a_probe_has_left_is_nobodys_file() -> None:
    assert survey(memory({".medialift-probe/x/a": b"1"}), {"plain": PLAIN}).files == Tally()


def test_it_stops_when_asked_to() -> None:
    stop = threading.Event()
    stop.set()
    found = survey(memory(FILES), {"plain": PLAIN}, stop=stop)
    assert (found.stopped, found.files.files) == (True, 1)


def test_it_says_how_far_it_is() -> None:
    told: list[Progress] = []
    survey(memory({f"{number:04}": b"1" for number in range(2500)}), {}, tell=told.append)
    assert [progress.files for progress in told] == [1000, 2000]
