"""Which database the ledger is in, and what to do when it does not answer as it should."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, OperationalError, connections

from medialift.errors import ConfigError, LedgerError

R = TypeVar("R")

ATTEMPTS = 12
LONGEST_REST = 5.0
"""Seconds. Twelve attempts with doubled rests wait about half a minute on top of the database's own patience."""

BUSY_STATES = ("40001", "40P01", "55P03", "57P01", "57P03", "53300", "08")
"""SQLSTATEs (or their classes) after which PostgreSQL deserves another try: serialization failure, deadlock,
lock not available, shutdown, start-up, too many connections, connection exceptions.
Source: PostgreSQL manual, appendix A."""
BUSY_CODES = (1020, 1040, 1205, 1213, 2006, 2013)
"""The same of MySQL and MariaDB: record changed, too many connections, lock wait timeout, deadlock,
server gone, connection lost. Source: MariaDB knowledge base, "MariaDB Error Codes"."""

MISSING_TABLE = ("no such table", "no such column", "has no column", "42P01", "42703", "(1146,", "(1054,")
READ_ONLY = ("readonly database", "25006", "42501", "(1142,", "(1290,", "(1792,", "(1836,")
FULL = ("database or disk is full", "53100", "(1021,", "(1114,")


def ledger_database() -> str:
    """The alias of the ledger's database: the setting ``MEDIALIFT_LEDGER_DATABASE``.

    Raises :class:`~medialift.errors.ConfigError` for one that ``DATABASES`` has not.
    """
    alias: str = getattr(settings, "MEDIALIFT_LEDGER_DATABASE", DEFAULT_DB_ALIAS)
    if alias not in connections.settings:
        known = ", ".join(connections.settings)
        raise ConfigError(
            f"MEDIALIFT_LEDGER_DATABASE is {alias!r}, and DATABASES has no such entry",
            hint=f"Its entries are: {known}. Name one of these, or leave the setting out.",
        )
    return alias


def persistently(alias: str, call: Callable[[], R]) -> R:
    """The result of *call*, a whole transaction that may be repeated, tried again while the database is busy.

    Inside a transaction of the caller it is tried once, because that transaction is lost already.
    Raises :class:`~medialift.errors.LedgerError`.
    """
    connection = connections[alias]
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return call()
        except (DatabaseError, InterfaceError) as error:
            if connection.in_atomic_block or attempt == ATTEMPTS or not is_busy(error):
                raise explained(alias, error) from error
            connection.close_if_unusable_or_obsolete()
            time.sleep(_rest(attempt))
    raise AssertionError("unreachable")


def is_busy(error: Exception) -> bool:
    """Whether the same transaction may succeed in a moment."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    state = _state(error)
    if state:
        return state.startswith(BUSY_STATES)
    text = str(error)
    return (
        "locked" in text
        or any(text.startswith(f"({code},") for code in BUSY_CODES)
        or "connection" in text  # PostgreSQL's client knows no state for a connection that broke
    )


def _state(error: BaseException) -> str:
    cause = error.__cause__
    return getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None) or ""


def _rest(attempt: int) -> float:
    return random.uniform(0.5, 1.0) * min(LONGEST_REST, 0.02 * 2.0**attempt)  # noqa: S311 - no secret


def explained(alias: str, error: Exception) -> LedgerError:
    """What an error of the ledger's database means, and what to do about it."""
    text = f"{_state(error)} {error}".strip()
    if any(mark in text for mark in MISSING_TABLE):
        option = "" if alias == DEFAULT_DB_ALIAS else f" --database {alias}"
        reason = "the ledger's tables are not there, or not up to date"
        hint = f"python manage.py migrate medialift{option}"
    elif any(mark in text for mark in READ_ONLY):
        reason = f"the ledger's database {alias!r} refuses to be written"
        hint = "give its user the right to write, or set MEDIALIFT_LEDGER_DATABASE to another alias of DATABASES"
    elif any(mark in text for mark in FULL):
        reason = f"there is no room left in the ledger's database {alias!r}"
        hint = "make room and run it again: nothing that was recorded is lost"
    else:
        reason = f"the ledger's database {alias!r} failed"
        hint = "run it again: nothing that was recorded is lost"
    return LedgerError(f"{reason} ({str(error).strip()})", hint=hint)
