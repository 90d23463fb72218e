"""Names, rows and links that real sites have and that moves lose."""

from __future__ import annotations

import unicodedata

E_COMPOSED = unicodedata.normalize("NFC", "é")
E_DECOMPOSED = unicodedata.normalize("NFD", "é")

NAMES = (
    "documents/minutes of the march meeting.txt",
    "documents/1+1=2.txt",
    "documents/100% wool.txt",
    "documents/already%20escaped%2Fonce.txt",
    "documents/issue #7.txt",
    "documents/who has the key?.txt",
    "documents/salt & pepper prints.txt",
    "documents/it's ours.txt",
    'documents/the "new" pier.txt',
    "documents/draft [2].txt",
    "documents/rota~.txt",
    "documents/comma, semicolon; colon: at @.txt",
    f"documents/caf{E_COMPOSED}.txt",
    f"documents/caf{E_DECOMPOSED}.txt",
    "documents/🌊 tide table 🦀.txt",
    "documents/潮汐表.txt",
    "documents/Rules.txt",
    "documents/rules.txt",
    "documents/no-extension",
    "documents/tide/low.txt",
    "documents/tides.txt",
    "documents/1987/spring/walks/salt marsh/list.txt",
    f"documents/{'a-very-long-title-' * 13}.txt",
    f"documents/{'潮' * 78}.txt",
)
"""Each is one document's file; none may change on the way there and back."""

EMPTY = "documents/nothing-yet.txt"
SHARED = "documents/statutes.pdf"
SHARED_BY = ("Statutes", "Statutes, as sent to the town", "Statutes, as sent to the bank")
MISSING = ("documents/lost-in-the-flood.pdf", "documents/lost in the move (2).txt", "photos/2024/02/never-found.jpg")
"""Rows whose file is gone since long ago."""

EMPTY_ROW = "No file: an empty text"
NULL_ROW = "No file: NULL"

LINK_INSIDE = ("documents/newest.pdf", "papers-001.pdf")
"""A symlink within MEDIA_ROOT that a row names: it is followed."""
LINK_OUTSIDE = "office"
"""A folder that is a symlink to somewhere outside MEDIA_ROOT: it is told, and left alone."""
LEFTOVERS = ("exports/members.csv", "old/logo.png.bak")
"""Files that no row names and no page shows."""
