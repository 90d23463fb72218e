"""Commands for a person to type next."""

from __future__ import annotations

import argparse
import shlex

PREFIX = "python manage.py medialift"


def again(verb: str, options: argparse.Namespace) -> str:
    """*verb* on the same pair of stores and with the same scope."""
    words = ["--from", options.source, "--to", options.target]
    for model in options.models:
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
