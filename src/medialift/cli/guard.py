"""Runs a verb so that whatever goes wrong ends in a sentence with a hint, and in the right exit code."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import DatabaseError

from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.errors import ConfigError, LedgerError, MedialiftError

PACKAGE = Path(__file__).resolve().parents[1]
DETAILS = "Run the same command with --traceback for the details."
REPORT = "Please report it with them; look through them for secrets first. What was recorded stays recorded."


def guarded(verb: Verb, options: argparse.Namespace, out: Output) -> Exit:
    """The verb's exit code.

    Raises ``CommandError``: with code 2 for every error that has a reason to tell, with code 70 for
    one that nobody has foreseen. What the latter says may hold secrets, so only its kind and place are told.
    """
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
    except CommandError:
        raise
    except OSError as error:
        raise _told(_of_system(error), out) from error
    except Exception as error:
        raise _told(_unforeseen(error), out, Exit.FAULT) from error
    return code


def _reader_gone() -> Exit:
    """Whoever read the output has left (``… | head``): as with Ctrl-C, running again gives the rest."""
    with suppress(OSError, ValueError):
        # What is still buffered has nowhere to go; without this Python complains about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.INTERRUPTED


def _told(error: MedialiftError, out: Output, code: Exit = Exit.REFUSED) -> CommandError:
    out.settle()
    if out.as_json:
        out.show(error)
    return CommandError(str(error), returncode=int(code))


def _of_database(error: DatabaseError) -> LedgerError:
    """The ledger explains its own errors; this one came while the site's rows were read."""
    hint = "Every file that was recorded stays recorded: mend the database and run the same command again."
    return LedgerError(f"the site's database failed: {str(error).strip()}", hint=hint)


def _of_system(error: OSError) -> MedialiftError:
    """The operating system's own words; its errors name a file, and never what is in it."""
    what = error.strerror or type(error).__name__
    return MedialiftError(f"{what}: {error.filename}" if error.filename else what, hint=DETAILS)


def _unforeseen(error: Exception) -> MedialiftError:
    return MedialiftError(f"an unexpected {type(error).__name__} at {_place_of(error)}", hint=f"{DETAILS} {REPORT}")


def _place_of(error: Exception) -> str:
    """The innermost line of this package that the error went through: ``medialift/move/plan.py:77``."""
    place = "an unknown place"
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(PACKAGE) and path != Path(__file__):
            place = f"{path.relative_to(PACKAGE.parent)}:{line}"
    return place
