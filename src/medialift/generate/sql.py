"""Values inside SQL text, for statements that a person pastes and no driver binds."""

from __future__ import annotations

from medialift.errors import ConfigError

MAX_IDENTIFIER = 63
"""Bytes; PostgreSQL cuts what is longer without a word (NAMEDATALEN)."""


def literal(text: str) -> str:
    """*text* as a string constant that means the same whatever ``standard_conforming_strings`` says.

    Source: https://www.postgresql.org/docs/current/sql-syntax-lexical.html
    Raises :class:`~medialift.errors.ConfigError` for a NUL, which no text of PostgreSQL holds.
    """
    quoted = _checked(text).replace("'", "''")
    return "E'" + quoted.replace("\\", "\\\\") + "'" if "\\" in quoted else f"'{quoted}'"


def identifier(text: str) -> str:
    """*text* as a quoted name. Raises :class:`~medialift.errors.ConfigError` if PostgreSQL would cut it."""
    if len(text.encode()) > MAX_IDENTIFIER:
        raise ConfigError(f"{text!r} is longer than PostgreSQL's {MAX_IDENTIFIER} bytes for a name")
    return '"' + _checked(text).replace('"', '""') + '"'


def _checked(text: str) -> str:
    if "\0" in text:
        raise ConfigError("a name with a NUL cannot stand in SQL")
    return text
