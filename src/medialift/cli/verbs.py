"""Every verb, in the order of the job, imported when it is asked for: each needs much that others do not."""

from __future__ import annotations

from importlib import import_module

from medialift.cli.verb import Verb

NAMES = (
    "init",
    "plan",
    "migrate",
    "copy",
    "verify",
    "status",
    "pause",
    "resume",
    "resolve",
    "certificate",
    "switch",
    "freeze",
    "back",
    "restore",
    "missing",
    "orphans",
    "sweep",
    "doctor",
    "smoke",
    "probe",
    "policy",
    "capacity",
)
"""Each is the name of a verb, and of the file beside this one that holds it."""


def verb_named(name: str) -> Verb:
    """The verb with one of the :data:`NAMES`."""
    verb: Verb = import_module(f"medialift.cli.{name}").VERB
    return verb


def all_verbs() -> tuple[Verb, ...]:
    """Every verb, for those who list them."""
    return tuple(map(verb_named, NAMES))
