from __future__ import annotations

from medialift.cli.consent import surprises
from medialift.move.summary import Summary
from medialift.types import Action, Item, Step

ROWS = {"scrapbook.Sticker.image": 1}


def planned(*steps: Step) -> list[str]:
    summary = Summary()
    for step in steps:
        summary.add(step)
    return surprises(summary)


def test_copying_what_rows_name_surprises_nobody() -> None:
    assert planned(Step(Action.COPY, Item("a.jpg", "a.jpg", 1, "", ROWS))) == []
    assert planned(Step(Action.ADOPT, Item("a.jpg", "a.jpg", 1, "", ROWS))) == []


def test_replacing_is_asked_about() -> None:
    (line,) = planned(Step(Action.REPLACE, Item("a.jpg", "a.jpg", 1, "", ROWS)))
    assert line.startswith("1 file, 1 B at the target will be replaced")


def test_another_key_than_the_name_is_asked_about() -> None:
    (line,) = planned(Step(Action.COPY, Item("ä.jpg", "=C3=A4.jpg", 1, "", ROWS)))
    assert line.startswith("1 file will have another key than name")


def test_files_without_a_row_are_asked_about_with_the_way_out() -> None:
    (line,) = planned(Step(Action.COPY, Item("thumb.jpg", "thumb.jpg", 1, "", {})))
    assert "--no-unreferenced" in line
