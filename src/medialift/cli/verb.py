"""What a verb of the command line is, and the exit codes that all of them share."""

from __future__ import annotations

import argparse
import enum
from collections.abc import Callable
from dataclasses import dataclass

from medialift.cli.output import Output


class Exit(enum.IntEnum):
    """The exit codes: part of the interface, listed in every verb's help."""

    GOOD = 0
    """Done, and nothing to look at."""
    FINDINGS = 1
    """Done, with findings: a conflict, a failure, a file that is not verified."""
    REFUSED = 2
    """Could not run or go on: bad input, a store or the ledger out of reach."""
    FAULT = 70
    """An error that nobody has foreseen; the number is that of BSD's sysexits.h (EX_SOFTWARE)."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C or SIGTERM; run the same command again, it does what is left."""


EXIT_CODES = """\
exit codes:
  0    done, and nothing to look at
  1    done, with findings: a conflict, a failure, a file that is not verified
  2    could not run or go on: bad input, a store or the ledger out of reach
  70   an error that nobody has foreseen; --traceback shows all of it
  130  stopped by Ctrl-C or SIGTERM; run it again, it does what is left
"""


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: ``line`` is its one-line help, ``teaches`` what it does and never does, with examples.

    ``checked``: Django's system checks have to pass first, as for any command.
    """

    name: str
    line: str
    teaches: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Output], Exit]
    checked: bool = True
