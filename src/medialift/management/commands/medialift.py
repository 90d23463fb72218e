"""``manage.py medialift <verb>``: hands over to one file of :mod:`medialift.cli` per verb."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import CommandParser

from medialift.cli.verb import EXIT_CODES, Verb
from medialift.cli.verbs import VERBS
from medialift.management.verb_command import Help, VerbCommand, add_json


class Command(VerbCommand):
    help = "Move media to object storage, prove that every file arrived, and bring it back."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(title="verbs", dest="verb", metavar="<verb>", required=True)
        for verb in VERBS:
            _add_verb(verbs, verb)

    def handle(self, *args: Any, **options: Any) -> None:
        verb = next(verb for verb in VERBS if verb.name == options["verb"])
        self.run_verb(verb, options, spoken=f"medialift {verb.name}")


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
