from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from medialift.move.restore import Choice, Verdict, choices
from medialift.stores.versions import Version

START = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)


def at(hour: float) -> datetime:
    return START + timedelta(hours=hour)


def history(*states: int | None, key: str = "a") -> list[Version]:
    """One version an hour, oldest first: its size, or ``None`` for a deletion. Given newest first, as stores do."""
    made = [
        Version(key, f"{key}{hour}", at(hour), size or 0, latest=hour == len(states) - 1, deleted=size is None)
        for hour, size in enumerate(states)
    ]
    return made[::-1]


def one(versions: list[Version], when: datetime | None = None) -> Choice:
    (choice,) = choices(versions, when)
    return choice


def test_without_a_time_it_is_what_was_there_before_the_latest_change() -> None:
    assert one(history(1, 2)).then == history(1, 2)[1]
    assert one(history(1, 2, None)).then == history(1, 2, None)[1]
    assert one(history(1, None, 3)).then == history(1, None, 3)[2]
    assert one(history(1)).verdict is Verdict.ONLY
    assert one(history(None)).verdict is Verdict.ONLY


def test_at_a_time_it_is_what_was_current_then() -> None:
    versions = history(1, 2, None, 4)
    assert one(versions, at(0.5)).then == versions[3]
    assert one(versions, at(1)).then == versions[2]
    assert one(versions, at(2.5)).verdict is Verdict.DELETED
    assert one(versions, at(3.5)).verdict is Verdict.CURRENT
    assert one(versions, at(-1)).verdict is Verdict.ABSENT


def test_of_a_folder_only_deleted_files_come_back() -> None:
    versions = [*history(1, 2, key="changed"), *history(1, None, key="deleted"), *history(1, key="kept")]
    assert [choice.key for choice in choices(versions, None, only_deleted=True)] == ["deleted"]


@given(
    st.lists(st.one_of(st.none(), st.integers(1, 9)), min_size=1, max_size=8),
    st.integers(-2, 18).map(lambda half: half / 2),
)
def test_what_is_chosen_was_current_at_that_time(states: list[int | None], hour: float) -> None:
    choice = one(history(*states), at(hour))
    known = [size for number, size in enumerate(states) if number <= hour]
    if choice.then is None:
        latest_is_it = len(known) == len(states)
        assert not known or known[-1] is None or latest_is_it
    else:
        assert choice.then.modified <= at(hour)
        assert choice.then.size == known[-1]
