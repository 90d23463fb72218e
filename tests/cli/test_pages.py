"""The reference pages say what the code does."""

from __future__ import annotations

import argparse

import pytest

from medialift.cli.verb import EXIT_CODES, Exit
from medialift.cli.verbs import all_verbs
from medialift.management.commands.medialift import Command
from medialift.move.values import Stage
from medialift.report.json_parts import state_name
from medialift.types import Action, Proof, State
from tests.cli.pages import PAGES, REFERENCE, arguments_of, with_parts


@pytest.mark.parametrize("file", PAGES)
def test_a_page_is_up_to_date(file: str) -> None:
    page = (REFERENCE / file).read_text(encoding="utf-8")
    assert page == with_parts(page, PAGES[file]()), "run: python -m tests.cli"


def test_every_exit_code_is_in_the_page_and_in_the_help() -> None:
    page = (REFERENCE / "exit-codes.md").read_text(encoding="utf-8")
    for code in Exit:
        assert f"| {code:d} |" in page
        assert f"\n  {code:d} " in EXIT_CODES


def test_every_word_of_the_json_is_in_its_page() -> None:
    page = (REFERENCE / "json-output.md").read_text(encoding="utf-8")
    words = [state_name(state) for state in State]
    words += [member.value for kind in (Action, Proof, Stage) for member in kind]
    assert [word for word in words if f"`{word}`" not in page] == []


@pytest.mark.parametrize("verb", all_verbs(), ids=lambda verb: verb.name)
class TestHelp:
    def test_it_teaches_with_examples_and_exit_codes(self, verb: object, capsys: pytest.CaptureFixture[str]) -> None:
        name = verb.name  # type: ignore[attr-defined]
        parser = Command().create_parser("manage.py", "medialift")
        with pytest.raises(SystemExit) as ended:
            parser.parse_args([name, "--help"])
        shown = capsys.readouterr().out
        assert ended.value.code == 0
        assert f"  manage.py medialift {name}" in shown
        assert EXIT_CODES.strip() in shown
        assert "never" in shown or "only" in shown

    def test_every_argument_is_explained(self, verb: object) -> None:
        for action in arguments_of(verb):  # type: ignore[arg-type]
            assert action.help

    def test_no_line_is_wider_than_a_terminal(self, verb: object) -> None:
        assert max(map(len, verb.teaches.splitlines())) <= 84  # type: ignore[attr-defined]


def test_the_examples_of_every_help_can_be_parsed() -> None:
    parser = Command().create_parser("manage.py", "medialift")
    for verb in all_verbs():
        for line in verb.teaches.splitlines():
            for command in line.split("|")[0].split("&&"):
                if command.strip().startswith("manage.py medialift"):
                    found = parser.parse_args(command.split()[2:])
                    assert isinstance(found, argparse.Namespace)
                    assert found.verb in {known.name for known in all_verbs()}
