"""The two answers of a check that are neither good nor bad."""

from __future__ import annotations


class CannotTellError(Exception):
    """These credentials, or this moment, do not allow to know."""


class DoesNotApplyError(Exception):
    """The question makes no sense for this store or site."""
