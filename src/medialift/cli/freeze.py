"""``freeze``: no uploads for a moment, on every process of the site."""

from __future__ import annotations

import argparse
import time

from django.conf import settings
from django.core.files.storage import storages
from django.utils.module_loading import import_string

from medialift.cli.arguments import positive
from medialift.cli.command_line import on
from medialift.cli.ends import storage_of
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.errors import MedialiftError, RefusedError
from medialift.facts.storages import media_aliases
from medialift.freeze import Freezable, FreezeMiddleware
from medialift.freeze.flag import REMEMBERED
from medialift.ledger import freezing
from medialift.report.site_values import FreezeReport

TEACHES = """\
Freezes uploads for the minute of a switch: every process of the site, on every
machine, refuses to save and to delete files, and users are told to try again.
Reading goes on, and so does `migrate`. Nothing is frozen for good: `freeze off`
ends it, and it never ends by itself.

`freeze on` returns once every process knows and what had begun before has had
--wait seconds to end. It needs one of these in the settings, better both:
STORAGES with medialift.freeze.FreezableFileSystemStorage (or another storage with
medialift.freeze.Freezable), MIDDLEWARE with medialift.freeze.FreezeMiddleware.

examples:
  manage.py medialift freeze on --reason maintenance --minutes 2
  manage.py medialift freeze status --json
  manage.py medialift freeze off
"""

SETTINGS = """\
Add to the settings, and restart the site:
  STORAGES["default"]["BACKEND"] = "medialift.freeze.FreezableFileSystemStorage"
  MIDDLEWARE.insert(1, "medialift.freeze.FreezeMiddleware")"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", metavar="ACTION", choices=("on", "off", "status"), help="on, off or status")
    parser.add_argument("--reason", metavar="TEXT", default="", help="for on: a few words for logs and errors")
    parser.add_argument(
        "--minutes",
        type=positive,
        metavar="N",
        default=5,
        help="for on: how long it is expected to take, which users are told (default: %(default)s)",
    )
    parser.add_argument(
        "--wait",
        type=positive,
        metavar="SECONDS",
        default=5,
        help="for on: how long uploads that have begun may go on; the request timeout of your web server is "
        "always enough (default: %(default)s)",
    )


def run(options: argparse.Namespace, out: Output) -> Exit:
    if options.action == "on":
        _freeze(options, out)
    elif options.action == "off":
        freezing.thaw()
    out.conclude(report())
    return Exit.GOOD


def report() -> FreezeReport:
    """What is in force, and what obeys it."""
    frozen = freezing.frozen()
    obeying = tuple(alias for alias in media_aliases() if _obeys(alias))
    deaf = tuple(alias for alias in media_aliases() if alias not in obeying)
    if frozen is None:
        return FreezeReport(None, 0, "", obeying, deaf, _has_middleware())
    return FreezeReport(frozen.since, frozen.retry_after, frozen.reason, obeying, deaf, _has_middleware())


def _freeze(options: argparse.Namespace, out: Output) -> None:
    if len(options.reason) > 200:
        raise RefusedError("the reason is too long", hint="Say it in at most 200 characters.")
    if not _has_middleware() and not _obeys("default"):
        raise RefusedError("nothing of this site obeys a freeze", hint=SETTINGS)
    freezing.freeze(retry_after=options.minutes * 60, reason=options.reason)
    out.say(f"Frozen. Waiting {options.wait} s for uploads that have begun; undo with: {on('freeze', 'off')}")
    time.sleep(max(options.wait, REMEMBERED))


def _obeys(alias: str) -> bool:
    if alias not in storages.backends:
        return False
    try:
        return isinstance(storage_of(alias), Freezable)
    except MedialiftError:
        return False


def _has_middleware() -> bool:
    return any(issubclass(kind, FreezeMiddleware) for kind in _middleware_classes())


def _middleware_classes() -> list[type]:
    found = []
    for path in settings.MIDDLEWARE:
        try:
            named = import_string(path)
        except ImportError:
            continue
        if isinstance(named, type):
            found.append(named)
    return found


VERB = Verb("freeze", "Freeze uploads for a moment, on every process of the site", TEACHES, add_arguments, run)
