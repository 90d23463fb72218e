"""The durable record of every move, in the site's database.

Its tables live in the database ``MEDIALIFT_LEDGER_DATABASE`` (an alias of ``DATABASES``, by default
``"default"``), whatever the site's routers say. Every call may raise
:class:`~medialift.errors.LedgerError` if that database cannot be read or written.
"""

from __future__ import annotations

from medialift.ledger.changes import ChangeLog, changes_of
from medialift.ledger.journal import DatabaseJournal
from medialift.ledger.moves import find_move, finish, journal_of, moves, open_move, pairs_of

__all__ = [
    "ChangeLog",
    "DatabaseJournal",
    "changes_of",
    "find_move",
    "finish",
    "journal_of",
    "moves",
    "open_move",
    "pairs_of",
]
