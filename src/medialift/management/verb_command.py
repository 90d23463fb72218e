"""Runs a verb as a command of ``manage.py``: output, exit code, and Django's own options."""

from __future__ import annotations

import argparse
import ctypes
import gc
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.checks import Tags
from django.core.management.base import (
    BaseCommand,
    CommandError,
    DjangoHelpFormatter,
    OutputWrapper,
    SystemCheckError,
)

from medialift import __version__
from medialift.cli.guard import guarded
from medialift.cli.output import Output, width_of
from medialift.cli.verb import Exit, Verb
from medialift.errors import ConfigError

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
COLLECT_AFTER = 20_000
"""Objects that may be made before Python looks for garbage among them; its own number is 700."""
LARGE_BLOCK = 256 * 1024
"""Bytes from which on a block of memory goes back to the system when it is free."""
M_MMAP_THRESHOLD = -3
"""glibc's number for that. Source: mallopt(3)."""


class Help(argparse.RawDescriptionHelpFormatter, DjangoHelpFormatter):
    """Keeps the paragraphs and examples of a verb as they were written."""


class VerbCommand(BaseCommand):
    """The base of medialift's commands."""

    requires_system_checks = (Tags.files, Tags.models)

    def __init__(self, *args: Any, **options: Any) -> None:
        if os.environ.get("NO_COLOR"):
            options.setdefault("no_color", True)
        super().__init__(*args, **options)

    def get_version(self) -> str:
        return __version__

    def run_from_argv(self, argv: list[str]) -> None:
        # From here on the process is a verb's own.
        give_large_blocks_back()
        # What the verb imports is no garbage either.
        with rare_collections():
            super().run_from_argv(argv)

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except SystemCheckError as error:
            # Settings that cannot work are bad input like any other.
            error.returncode = int(Exit.REFUSED)
            if options.get("json"):
                self._output(options).show(ConfigError(COLOURS.sub("", str(error)).strip()))
            raise

    def run_verb(self, verb: Verb, options: dict[str, Any], *, spoken: str) -> None:
        """Run *verb*, which people type as *spoken*, and end with its exit code."""
        own_process = getattr(self, "_called_from_command_line", False)
        code = guarded(verb, argparse.Namespace(**options), self._output(options))
        if code is Exit.GOOD:
            return
        if own_process:
            sys.exit(code)
        raise CommandError(f"{spoken} ended with exit code {code:d}", returncode=int(code))

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


def give_large_blocks_back() -> None:
    """Let the C library give large blocks of memory back for good; where it is none of glibc, nothing happens.

    By itself it keeps blocks of the largest size that was ever freed, up to 32 MiB, for each thread apart: with files
    of all sizes under way in many threads that came to 100 MiB of memory that nobody used.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let Python look for cyclic garbage less often: a move makes hardly any, and each look costs it time.

    What is loaded already is looked through no more. A process that has seen to that itself, as servers do before
    they fork, is left as it is: nothing could be thawed apart from the rest.
    """
    before, is_frozen = gc.get_threshold(), gc.get_freeze_count() > 0
    if not is_frozen:
        gc.freeze()
    gc.set_threshold(COLLECT_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not is_frozen:
            gc.unfreeze()


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object per line, for scripts")


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
