"""Numbers for field labels, so that an item's rows by field take a few bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from medialift.models import FieldLabel

REMEMBERED = 1000
"""How many different row counts are remembered: most files have one row in one of a few fields."""


class FieldNumbers:
    """The numbers of one database's labels, remembered by this process. ``"3 7:2"``: one row in 3, two in 7."""

    def __init__(self, alias: str) -> None:
        self._alias = alias
        self._number_of: dict[str, int] = {}
        self._label_of: dict[int, str] = {}
        self._read_before: dict[bytes, Mapping[str, int]] = {}

    def learn(self, labels: Iterable[str]) -> None:
        """See to it that every label has a number; one query only if there are new ones."""
        unknown = sorted({label for label in labels if label not in self._number_of})
        if unknown:
            table = FieldLabel.objects.using(self._alias)
            table.bulk_create([FieldLabel(label=label) for label in unknown], ignore_conflicts=True)
            self._read(label__in=unknown)

    def forget(self) -> None:
        """Ask the database again: what was learnt in a transaction that failed is not there."""
        self._number_of.clear()

    def number(self, label: str) -> int:
        """The number of a label that has been learnt."""
        return self._number_of[label]

    def write(self, rows: Mapping[str, int]) -> bytes | None:
        """Compact *rows*, whose labels have been learnt."""
        if not rows:
            return None
        if len(rows) == 1:
            ((label, count),) = rows.items()
            if count == 1:  # nearly every file
                return b"%d" % self._number_of[label]
        pairs = ((self._number_of[label], count) for label, count in rows.items())
        return " ".join(f"{n}" if count == 1 else f"{n}:{count}" for n, count in sorted(pairs)).encode()

    def read(self, stored: bytes) -> Mapping[str, int]:
        """What :meth:`write` has written."""
        rows = self._read_before.get(stored)
        if rows is None:
            if len(self._read_before) >= REMEMBERED:
                self._read_before.clear()
            rows = self._read_before[stored] = MappingProxyType(dict(map(self._part, stored.decode().split(" "))))
        return rows

    def _part(self, part: str) -> tuple[str, int]:
        number, _, count = part.partition(":")
        return self._label(int(number)), int(count or 1)

    def _label(self, number: int) -> str:
        if number not in self._label_of:
            self._read()
        return self._label_of[number]

    def _read(self, **conditions: object) -> None:
        for number, label in FieldLabel.objects.using(self._alias).filter(**conditions).values_list("pk", "label"):
            self._number_of[label], self._label_of[number] = number, label
