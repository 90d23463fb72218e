"""Runs a verb so that whatever goes wrong ends in a sentence with a hint, and in the right exit code."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import DatabaseError

from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.errors import ConfigError, LedgerError, MedialiftError


def guarded(verb: Verb, options: argparse.Namespace, out: Output) -> Exit:
    """The verb's exit code. Raises ``CommandError`` with code 2 for every error that has a reason to tell."""
    try:
        code = verb.run(options, out)
        out.settle()
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        return _reader_gone()
    except MedialiftError as error:
        raise _told(error, out) from error
    except ImproperlyConfigured as error:
        raise _told(ConfigError(str(error)), out) from error
    except DatabaseError as error:
        raise _told(_of_database(error), out) from error
    return code


def _reader_gone() -> Exit:
    """Whoever read the output has left (``… | head``): as with Ctrl-C, running again gives the rest."""
    with suppress(OSError, ValueError):
        # What is still buffered has nowhere to go; without this Python complains about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.INTERRUPTED


def _told(error: MedialiftError, out: Output) -> CommandError:
    out.settle()
    if out.as_json:
        out.show(error)
    return CommandError(str(error), returncode=int(Exit.REFUSED))


def _of_database(error: DatabaseError) -> LedgerError:
    """The ledger explains its own errors; this one came while the site's rows were read."""
    hint = "Every file that was recorded stays recorded: mend the database and run the same command again."
    return LedgerError(f"the site's database failed: {str(error).strip()}", hint=hint)
