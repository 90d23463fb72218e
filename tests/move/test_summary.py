from __future__ import annotations

from medialift.move.journal import Tally
from medialift.move.summary import EXAMPLES, FieldCount, Summary
from medialift.types import Action, Item, Step

IMAGE, AVATAR = "site.Photo.image", "site.User.avatar"


def step(action: Action, name: str, size: int = 0, rows: dict[str, int] | None = None, key: str = "") -> Step:
    return Step(action, Item(name, key or name, size, "", rows or {}))


def summary_of(*steps: Step) -> Summary:
    summary = Summary()
    for each in steps:
        summary.add(each)
    return summary


def test_each_field_counts_its_rows_files_and_bytes() -> None:
    summary = summary_of(
        step(Action.COPY, "a", 10, {IMAGE: 1}),
        step(Action.DONE, "b", 20, {IMAGE: 2}),
        step(Action.COPY, "c", 0, {IMAGE: 1, AVATAR: 1}),
        step(Action.MISSING, "d", 0, {IMAGE: 3}),
    )
    assert summary.fields == {
        IMAGE: FieldCount(rows=7, files=3, bytes=30, missing_rows=3, missing_files=1, shared=3, empty=1),
        AVATAR: FieldCount(rows=1, files=1, bytes=0, missing_rows=0, missing_files=0, shared=1, empty=1),
    }


def test_files_without_rows_are_counted_apart() -> None:
    summary = summary_of(step(Action.COPY, "thumb", 7), step(Action.COPY, "a", 5, {IMAGE: 1}))
    assert summary.unreferenced == Tally(1, 7)
    assert summary.to_copy == Tally(2, 12)


def test_what_is_there_and_what_is_to_do() -> None:
    summary = summary_of(
        step(Action.COPY, "a", 1),
        step(Action.REPLACE, "b", 2),
        step(Action.ADOPT, "c", 4),
        step(Action.DONE, "d", 8),
        step(Action.CONFLICT, "e", 16),
    )
    assert summary.to_copy == Tally(2, 3)
    assert summary.there == Tally(2, 12)
    assert summary.to_do == Tally(3, 7)


def test_troubles_are_counted_in_full_and_shown_by_their_first_examples() -> None:
    summary = summary_of(*(step(Action.CONFLICT, f"{number:03}") for number in range(EXAMPLES + 5)))
    assert summary.conflicts.count == EXAMPLES + 5
    assert [each.item.name for each in summary.conflicts.first] == [f"{number:03}" for number in range(EXAMPLES)]


def test_escaped_keys_are_told() -> None:
    summary = summary_of(
        step(Action.COPY, "é", key="e=e9;"), step(Action.INVALID_NAME, "x" * 9), step(Action.COPY, "a")
    )
    assert [each.item.key for each in summary.escaped.first] == ["e=e9;"]
    assert summary.invalid.count == 1


def test_the_way_back_is_open_until_something_closes_it() -> None:
    summary = Summary()
    assert bool(summary.way_back.is_open)
    summary.way_back.close("too long", "first")
    summary.way_back.close("too long", "second")
    assert not summary.way_back.is_open
    assert summary.way_back.reasons == {"too long": "first"}
