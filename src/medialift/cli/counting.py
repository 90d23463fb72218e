"""Every check of the place that the site works at counts since the switch, whichever verb made it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InvalidStorageError

from medialift.bridge import identity_of
from medialift.cli.ends import storage_of
from medialift.doctor.check import Outcome, State
from medialift.errors import MedialiftError
from medialift.ledger import switches

SITES_OWN = "default"
ERROR = "medialift.E"
"""How the ids of findings begin with which media do not work; a warning fails no check of the switch."""


def count_checks(outcomes: Iterable[Outcome]) -> None:
    """Count one check for each alias in *outcomes* that is where the site works now, and no other.

    Whoever only looks needs no ledger: where it cannot be written, nothing is counted and nothing is said.
    """
    passed: dict[str, bool] = {}
    for outcome in outcomes:
        fails = outcome.state is State.FINDING and outcome.id.startswith(ERROR)
        passed[outcome.alias] = passed.get(outcome.alias, True) and not fails
    passed.pop("", None)
    with suppress(MedialiftError, InvalidStorageError, ImproperlyConfigured):
        here = identity_of(storage_of(SITES_OWN)).place
        for alias, good in passed.items():
            if identity_of(storage_of(alias)).place == here:
                switches.count_look(here, passed=good)
