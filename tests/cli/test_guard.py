from __future__ import annotations

import argparse
import errno
import io
import json

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from django.db import OperationalError

from medialift.cli.guard import guarded
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.errors import RefusedError
from medialift.keys import key_for
from medialift.types import KeyRules


def raising(error: BaseException) -> Verb:
    def run(options: argparse.Namespace, out: Output) -> Exit:
        raise error

    return Verb("test", "Raise", "", lambda parser: None, run)


def guard(error: BaseException) -> tuple[Exit, str]:
    out = io.StringIO()
    output = Output(out, io.StringIO(), as_json=False, width=80, terminal=False, answers=None)
    return guarded(raising(error), argparse.Namespace(), output), out.getvalue()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RefusedError("no", hint="do this"), "no\n  do this"),
        (ImproperlyConfigured("a setting is missing"), "a setting is missing"),
        (OperationalError("disk I/O error"), "the site's database failed: disk I/O error"),
    ],
)
def test_what_has_a_reason_is_told_with_code_2(error: Exception, words: str) -> None:
    with pytest.raises(CommandError) as told:
        guard(error)
    assert told.value.returncode == Exit.REFUSED
    assert str(told.value).startswith(words)
    assert told.value.__cause__ is error


def test_scripts_get_an_object() -> None:
    out = io.StringIO()
    output = Output(out, io.StringIO(), as_json=True, width=80, terminal=False, answers=None)
    with pytest.raises(CommandError):
        guarded(raising(RefusedError("no", hint="do this")), argparse.Namespace(), output)
    assert json.loads(out.getvalue())["hint"] == "do this"


def test_an_interruption_is_no_error() -> None:
    assert guard(KeyboardInterrupt()) == (Exit.INTERRUPTED, "")


def test_a_fault_of_ours_is_told_without_its_text() -> None:
    def run(options: argparse.Namespace, out: Output) -> Exit:
        raise KeyError("s3cr3t-key")

    out = io.StringIO()
    output = Output(out, io.StringIO(), as_json=True, width=80, terminal=False, answers=None)
    with pytest.raises(CommandError) as told:
        guarded(Verb("test", "Raise", "", lambda parser: None, run), argparse.Namespace(), output)
    assert told.value.returncode == 70
    assert isinstance(told.value.__cause__, KeyError)
    assert "unexpected KeyError" in str(told.value)
    assert "--traceback" in str(told.value)
    assert "s3cr3t" not in str(told.value) + out.getvalue()
    assert json.loads(out.getvalue())["reason"].startswith("an unexpected KeyError")


def test_a_fault_names_the_line_of_ours_that_it_went_through() -> None:
    def run(options: argparse.Namespace, out: Output) -> Exit:
        raise AssertionError(key_for(None, KeyRules()))  # type: ignore[arg-type]

    output = Output(io.StringIO(), io.StringIO(), as_json=False, width=80, terminal=False, answers=None)
    with pytest.raises(CommandError, match=r" at medialift/keys\.py:\d+\n"):
        guarded(Verb("test", "Raise", "", lambda parser: None, run), argparse.Namespace(), output)


def test_what_the_system_refuses_is_told_in_its_words() -> None:
    with pytest.raises(CommandError) as told:
        guard(PermissionError(errno.EACCES, "Permission denied", "/srv/proof"))
    assert told.value.returncode == Exit.REFUSED
    assert str(told.value).startswith("Permission denied: /srv/proof\n")


def test_a_command_error_stays_what_it_is() -> None:
    mine = CommandError("no", returncode=5)
    with pytest.raises(CommandError) as told:
        guard(mine)
    assert told.value is mine
