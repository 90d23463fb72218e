"""Commands for a person to type next."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence

PREFIX = "python manage.py medialift"


def again(verb: str, options: argparse.Namespace) -> str:
    """*verb* on the same pair of stores and with the same scope."""
    return _said(verb, options, options.models)


def for_all_models(verb: str, options: argparse.Namespace) -> str:
    """The same for all models."""
    return _said(verb, options, ())


def _said(verb: str, options: argparse.Namespace, models: Sequence[str]) -> str:
    words = ["--from", options.source, "--to", options.target]
    for model in models:
        words += ["--model", model]
    if not options.unreferenced:
        words.append("--no-unreferenced")
    for field in options.allow_public:
        words += ["--allow-public", field]
    for rule in options.rewrite:
        words += ["--rewrite", rule]
    return on(verb, *words)


def on(verb: str, *words: str) -> str:
    """*verb* with these words, quoted for a shell."""
    return " ".join([PREFIX, verb, *map(shlex.quote, words)])
