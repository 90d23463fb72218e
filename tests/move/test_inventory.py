from __future__ import annotations

import random
import tracemalloc

from medialift.move.inventory import collisions, count_rows, inventory, missing
from medialift.move.ordered import listed
from medialift.types import Found, ObjectInfo, Reference
from tests.move.worlds import FIELD, memory, rows

AVATAR = "site.User.avatar"


def names_of(found: list[Found]) -> list[str]:
    return [item.name for item in found]


def test_every_name_of_files_and_rows_comes_once_in_order() -> None:
    found = list(inventory(listed(memory({"a": b"1", "c": b"22"})), rows("c", "b")))
    assert [(item.name, item.info.size if item.info else None, dict(item.rows)) for item in found] == [
        ("a", 1, {}),
        ("b", None, {FIELD: 1}),
        ("c", 2, {FIELD: 1}),
    ]


def test_rows_are_counted_by_field() -> None:
    references = [*rows("a", "a", "b"), *rows("a", field=AVATAR)]
    random.Random(0).shuffle(references)
    assert dict(count_rows(references)) == {"a": {FIELD: 2, AVATAR: 1}, "b": {FIELD: 1}}


def test_names_are_read_as_the_storage_reads_them() -> None:
    found = list(inventory(listed(memory({"a/b": b""})), rows("a//b", "./a/b", "a/b")))
    assert [(item.name, dict(item.rows)) for item in found] == [("a/b", {FIELD: 3})]


def test_names_that_lead_out_of_the_store_are_missing() -> None:
    found = list(inventory(listed(memory()), rows("../etc/passwd", "/etc/passwd")))
    assert {item.name: item.info for item in found} == {"../etc/passwd": None, "/etc/passwd": None}


def test_a_second_look_finds_what_the_listing_did_not_show() -> None:
    info = ObjectInfo("A.jpg", 5)
    found = list(inventory(listed(memory()), rows("A.jpg"), lookup=lambda name: info if name == "A.jpg" else None))
    assert found == [Found("A.jpg", info, {FIELD: 1})]


def test_the_second_look_is_only_for_what_is_missing() -> None:
    asked: list[str] = []
    list(inventory(listed(memory({"a": b""})), rows("a", "b"), lookup=asked.append))
    assert asked == ["b"]


def test_missing_rows_are_told_one_by_one_as_they_are_written() -> None:
    references = [*rows("there", "gone", "gone//x"), *rows("gone", field=AVATAR)]
    told = list(missing(listed(memory({"there": b""})), references))
    assert told == [
        Reference("gone", FIELD, "2"),
        Reference("gone", AVATAR, "1"),
        Reference("gone//x", FIELD, "3"),
    ]


def test_a_picture_that_every_row_names_takes_no_memory_per_row() -> None:
    references = (Reference("default.png", FIELD, str(number)) for number in range(200_000))
    tracemalloc.start()
    found = list(count_rows(references))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [("default.png", {FIELD: 200_000})]
    assert peak < 48 * 1024 * 1024


def test_collisions_are_groups_of_names_that_differ_in_case_or_unicode_form() -> None:
    groups: list[tuple[str, ...]] = []
    names = ["CAT.jpg", "cat.jpg", "dog.jpg", "e\u0301.jpg", "straße", "strasse", "é.jpg"]
    found = [Found(name, None, {}) for name in sorted(names)]
    assert list(collisions(found, groups.append)) == found
    assert sorted(groups) == [("CAT.jpg", "cat.jpg"), ("e\u0301.jpg", "é.jpg"), ("strasse", "straße")]
