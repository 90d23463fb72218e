from __future__ import annotations

import io
import json

import pytest

from medialift.cli.output import Output
from medialift.move.values import Progress, Stage
from medialift.types import ObjectInfo


class Streams:
    def __init__(self, *, as_json: bool = False, terminal: bool = False, answer: str | None = None) -> None:
        self.out, self.err = io.StringIO(), io.StringIO()
        answers = None if answer is None else io.StringIO(answer)
        self.output = Output(self.out, self.err, as_json=as_json, width=80, terminal=terminal, answers=answers)


def test_a_result_is_text_or_json() -> None:
    people, scripts = Streams(), Streams(as_json=True)
    for streams in (people, scripts):
        streams.output.show(ObjectInfo("a.jpg", 3))
    assert people.out.getvalue() == "a.jpg\t3\n"
    assert json.loads(scripts.out.getvalue()) == {"type": "orphan", "name": "a.jpg", "size": 3}


def test_the_result_comes_after_the_last_progress() -> None:
    streams = Streams(as_json=True)
    streams.output.tell(Progress(Stage.COPY, 0, 2, 0, 0, 0, 0.0))
    streams.output.tell(Progress(Stage.COPY, 2, 2, 0, 0, 0, 0.1))
    streams.output.conclude(ObjectInfo("a.jpg", 3))
    streams.output.settle()
    assert [json.loads(line)["type"] for line in streams.out.getvalue().splitlines()] == ["progress", "orphan"]
    assert streams.err.getvalue() == ""


def test_words_for_people_take_the_redrawn_line_away_first() -> None:
    streams = Streams(terminal=True)
    streams.output.tell(Progress(Stage.COPY, 1, 2, 0, 0, 0, 0.0))
    streams.output.say("A word.")
    assert streams.err.getvalue().endswith("\r\x1b[KA word.\n")


@pytest.mark.parametrize(
    ("answer", "agreed"),
    [("y\n", True), ("Yes\n", True), ("n\n", False), ("\n", False), ("", False), ("perhaps\n", False)],
)
def test_only_a_clear_yes_is_a_yes(answer: str, agreed: bool) -> None:
    streams = Streams(answer=answer)
    assert streams.output.confirm(["Something is written."], "Go on?") is agreed
    assert streams.err.getvalue() == "\nSomething is written.\nGo on? [y/N] "


def test_nothing_is_asked_without_a_reason_or_without_anybody() -> None:
    nobody, person = Streams(), Streams(answer="n\n")
    assert nobody.output.confirm(["Something is written."], "Go on?")
    assert person.output.confirm([], "Go on?")
    assert nobody.err.getvalue() + person.err.getvalue() == ""
