"""``manage.py medialift <verb>``: hands over to one file of :mod:`medialift.cli` per verb."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import CommandParser

from medialift.cli.verb import EXIT_CODES, Verb
from medialift.cli.verbs import NAMES, verb_named
from medialift.management.verb_command import Help, VerbCommand, add_json


class Command(VerbCommand):
    help = "Move media to object storage, prove that every file arrived, and bring it back."

    typed: tuple[str, ...] = NAMES

    def run_from_argv(self, argv: list[str]) -> None:
        if argv[2:3] and argv[2] in NAMES:
            self.typed = (argv[2],)  # no other verb is needed, nor what it imports
        super().run_from_argv(argv)

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(title="verbs", dest="verb", metavar="<verb>", required=True)
        for name in self.typed:
            _add_verb(verbs, verb_named(name))

    def handle(self, *args: Any, **options: Any) -> None:
        self.run_verb(verb_named(options["verb"]), options, spoken=f"medialift {options['verb']}")


def _add_verb(verbs: Any, verb: Verb) -> None:
    teaches = f"{verb.line}.\n\n{verb.teaches}"
    parser = verbs.add_parser(verb.name, help=verb.line, description=teaches, epilog=EXIT_CODES, formatter_class=Help)
    verb.add_arguments(parser)
    add_json(parser)
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
