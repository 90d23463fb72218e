"""``manage.py medialift <verb>``: hands over to one file of :mod:`medialift.cli` per verb."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter, OutputWrapper

from medialift.cli.guard import guarded
from medialift.cli.output import Output, width_of
from medialift.cli.verb import EXIT_CODES, Exit, Verb
from medialift.cli.verbs import VERBS


class _Help(argparse.RawDescriptionHelpFormatter, DjangoHelpFormatter):
    """Keeps the paragraphs and examples of a verb as they were written."""


class _Unstyled:
    """One of Django's output streams as a plain text stream: no colours, no line ends of its own."""

    def __init__(self, wrapper: OutputWrapper) -> None:
        self._wrapper = wrapper

    @property
    def encoding(self) -> str | None:
        # Django below 5.0 hides the stream's own encoding behind that of an abstract base.
        return getattr(self._wrapper._out, "encoding", None)

    def write(self, text: str, /) -> None:
        encoding = self.encoding
        if encoding:
            # A terminal in an old encoding shows escapes for what it cannot show.
            text = text.encode(encoding, "backslashreplace").decode(encoding)
        self._wrapper.write(text, style_func=str, ending="")

    def flush(self) -> None:
        self._wrapper.flush()


class Command(BaseCommand):
    help = "Move media to object storage, prove that every file arrived, and bring it back."
    requires_system_checks = (Tags.files, Tags.models)

    def __init__(self, *args: Any, **options: Any) -> None:
        if os.environ.get("NO_COLOR"):
            options.setdefault("no_color", True)
        super().__init__(*args, **options)

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(title="verbs", dest="verb", metavar="<verb>", required=True)
        for verb in VERBS:
            _add_verb(verbs, verb)

    def handle(self, *args: Any, **options: Any) -> None:
        verb = next(verb for verb in VERBS if verb.name == options["verb"])
        code = guarded(verb, argparse.Namespace(**options), self._output(options))
        if code is Exit.GOOD:
            return
        if getattr(self, "_called_from_command_line", False):
            sys.exit(code)
        raise CommandError(f"medialift {verb.name} ended with exit code {code:d}", returncode=int(code))

    def _output(self, options: dict[str, Any]) -> Output:
        terminal, asked = self.stderr.isatty(), sys.stdin.isatty() and self.stderr.isatty()
        return Output(
            _Unstyled(self.stdout),
            _Unstyled(self.stderr),
            as_json=options["json"],
            width=width_of(self.stdout.isatty()),
            terminal=terminal,
            answers=sys.stdin if asked and not options.get("yes") and not options["json"] else None,
        )


def _add_verb(verbs: Any, verb: Verb) -> None:
    teaches = f"{verb.line}.\n\n{verb.teaches}"
    parser = verbs.add_parser(verb.name, help=verb.line, description=teaches, epilog=EXIT_CODES, formatter_class=_Help)
    verb.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object per line, for scripts")
    _add_django_options(parser)
    if not verb.checked:
        parser.set_defaults(skip_checks=True)


def _add_django_options(parser: argparse.ArgumentParser) -> None:
    """Django's own options are also taken after the verb, where people type them; one before the verb counts too."""
    unseen: dict[str, Any] = {"default": argparse.SUPPRESS, "help": argparse.SUPPRESS}
    for option in ("--settings", "--pythonpath"):
        parser.add_argument(option, **unseen)
    for flag in ("--traceback", "--no-color", "--force-color", "--skip-checks"):
        parser.add_argument(flag, action="store_true", **unseen)
    parser.add_argument("-v", "--verbosity", type=int, choices=range(4), **unseen)
