"""``manage.py migrate_to_supabase``: the move to Supabase Storage from its four variables alone."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from medialift.cli.supabase import VERB
from medialift.cli.verb import EXIT_CODES
from medialift.management.verb_command import Help, VerbCommand, add_json


class Command(VerbCommand):
    help = f"{VERB.line}."

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        options["formatter_class"] = Help
        parser = super().create_parser(prog_name, subcommand, **options)
        parser.description, parser.epilog = f"{VERB.line}.\n\n{VERB.teaches}", EXIT_CODES
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        VERB.add_arguments(parser)
        add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        self.run_verb(VERB, options, spoken=VERB.name)
