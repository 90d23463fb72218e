"""Sizes as visitors read them, in the units in which a site writes its limits."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import ngettext

UNITS = ("kB", "MB", "GB", "TB")
"""Of 1000, as ``"10MB"`` in a field, and as browsers write them in the list of files that are sent."""
MOST_DECIMALS = 3


def amount(size: int, decimals: int = 1) -> str:
    """*size* bytes in the language of the page: ``3.5 MB``."""
    power = min(len(UNITS), (len(str(size)) - 1) // 3)
    if not power:
        return _bytes(size)
    rounded = round(Decimal(size) / 1000**power, decimals).normalize()
    return f"{number_format(format(rounded, 'f'))} {UNITS[power - 1]}"


def apart(one: int, other: int) -> tuple[str, str]:
    """Both sizes, exact enough to be told apart."""
    for decimals in range(1, MOST_DECIMALS + 1):
        told = amount(one, decimals), amount(other, decimals)
        if told[0] != told[1] or one == other:
            return told
    return _bytes(one), _bytes(other)


def _bytes(size: int) -> str:
    told = {"count": number_format(size, use_l10n=True, force_grouping=True)}
    return ngettext("%(count)s byte", "%(count)s bytes", size) % told
