"""Writes the parts of the reference pages that the code knows: ``python -m tests.cli``."""

from __future__ import annotations

import argparse
import inspect
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from medialift.cli.verb import Verb
from medialift.cli.verbs import all_verbs
from medialift.report.objects import OBJECTS, PARTS

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
BEGIN, END = "<!-- begin: written by the code -->", "<!-- end: written by the code -->"


# ── commands.md ──────────────────────────────────────────────────────────────────────────────


def commands() -> str:
    """Every verb: what it does, its arguments, examples."""
    return "\n".join(line for verb in all_verbs() for line in _verb(verb))


def _verb(verb: Verb) -> Iterator[str]:
    told, _, examples = verb.teaches.partition("examples:\n")
    yield f"## {verb.name}\n\n{verb.line}.\n\n{told.strip()}\n"
    yield "| argument | meaning |\n|---|---|"
    for action in arguments_of(verb):
        spelled = ", ".join(f"`{flag}`" for flag in action.option_strings) or f"`{action.metavar}`"
        value = f" `{action.metavar}`" if action.option_strings and action.metavar else ""
        must = " (required)" if action.required and action.option_strings else ""
        yield f"| {spelled}{value}{must} | {(action.help or '') % {'default': action.default}} |"
    yield "\n```text\n" + inspect.cleandoc(examples) + "\n```\n"


def arguments_of(verb: Verb) -> list[argparse.Action]:
    parser = argparse.ArgumentParser(add_help=False)
    verb.add_arguments(parser)
    return parser._actions


# ── json-output.md ───────────────────────────────────────────────────────────────────────────


def json_objects() -> str:
    """Every object: what it means, its fields and their types."""
    return "\n".join(line for kind in (*OBJECTS, *PARTS) for line in _object(kind))


def _object(kind: type) -> Iterator[str]:
    hints = get_type_hints(kind)
    name = f"`{get_args(hints['type'])[0]}`" if "type" in hints else kind.__name__
    yield f"### {name}\n\n{inspect.getdoc(kind)}\n"
    yield "| field | type |\n|---|---|"
    for field, hint in hints.items():
        yield f"| `{field}` | {spoken(hint)} |"
    yield ""


SPOKEN: Mapping[Any, str] = {str: "text", int: "integer", float: "number", bool: "true or false", type(None): "null"}


def spoken(hint: Any) -> str:
    """A type as JSON has it."""
    if get_origin(hint) is Literal:
        return " or ".join(f'"{value}"' for value in get_args(hint))
    if get_origin(hint) in (Union, types.UnionType):
        return " or ".join(spoken(part) for part in get_args(hint))
    if get_origin(hint) is list:
        return f"list of {spoken(get_args(hint)[0])}"
    if get_args(hint):
        return f"object of {spoken(get_args(hint)[1])} by {spoken(get_args(hint)[0])}"
    return SPOKEN.get(hint) or f"[{hint.__name__}](#{_heading(hint)})"


def _heading(kind: type) -> str:
    """The anchor of an object's section, which is called after its ``type`` where it has one."""
    kinds = get_args(get_type_hints(kind).get("type"))
    return str(kinds[0]) if kinds else kind.__name__.lower()


# ── the files ────────────────────────────────────────────────────────────────────────────────

PAGES = {"commands.md": commands, "json-output.md": json_objects}


def with_parts(page: str, written: str) -> str:
    """*page* with what stands between the two marks replaced."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{written}\n{END}{rest.partition(END)[2]}"
