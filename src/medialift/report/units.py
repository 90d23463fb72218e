"""Numbers as people read them: counts, bytes, rates, durations, money. English, no locale."""

from __future__ import annotations

import math

_BINARY = ("KiB", "MiB", "GiB", "TiB", "PiB")


def count(number: int) -> str:
    """``12408`` → ``"12,408"``."""
    return f"{number:,}"


def plural(number: int, one: str, many: str = "") -> str:
    """``1 file``, ``2 files``; *many* where an ``s`` does not do."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def size(octets: float) -> str:
    """Bytes in binary units (IEC 80000-13): ``1536`` → ``"1.5 KiB"``."""
    if octets < 1024:
        return f"{octets:.0f} B"
    for unit in _BINARY:
        octets /= 1024
        if octets < 999.5 or unit == _BINARY[-1]:
            break
    return f"{octets:.0f} {unit}" if octets >= 99.95 else f"{octets:.1f} {unit}"


def rate(octets_per_second: float) -> str:
    return f"{size(octets_per_second)}/s"


def duration(seconds: float) -> str:
    """The two largest units: ``"4 s"``, ``"3 min 20 s"``, ``"2 h 5 min"``, ``"3 d 4 h"``."""
    if seconds < 1:
        return "less than 1 s"
    whole = round(seconds)
    for unit, length, smaller, part in (("d", 86400, "h", 3600), ("h", 3600, "min", 60), ("min", 60, "s", 1)):
        if whole >= length:
            rest = whole % length // part
            return f"{whole // length} {unit}" + (f" {rest} {smaller}" if rest else "")
    return f"{whole} s"


def clock(seconds: float) -> str:
    """A duration in fixed width for a line that is redrawn: ``"0:07"``, ``"1:02:03"``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def money(amount: float, currency: str = "USD") -> str:
    """Rounded up to the cent, because a bill is: ``"1.24 USD"``, ``"under 0.01 USD"``."""
    if 0 < amount < 0.01:
        return f"under 0.01 {currency}"
    return f"{math.ceil(round(amount * 100, 6)) / 100:,.2f} {currency}"
