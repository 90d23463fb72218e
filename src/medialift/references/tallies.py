"""What a scan has counted so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from medialift.types import StoreIdentity


@dataclass(slots=True)
class FieldTally:
    """The rows of one model field.

    ``empty`` rows hold NULL or ``''``; ``elsewhere`` counts the rows whose file lies in another
    store, by that store, and ``also`` those of the stores that were scanned beside the source.
    ``table_missing`` is set for an unmanaged model without a table.
    """

    rows: int = 0
    empty: int = 0
    elsewhere: dict[StoreIdentity, int] = field(default_factory=dict)
    also: dict[StoreIdentity, int] = field(default_factory=dict)
    table_missing: bool = False

    @property
    def referenced(self) -> int:
        """Rows that name a file of the scanned stores."""
        return self.rows - self.empty - sum(self.elsewhere.values())

    def add_elsewhere(self, store: StoreIdentity, rows: int) -> None:
        if rows:
            self.elsewhere[store] = self.elsewhere.get(store, 0) + rows

    def add_also(self, store: StoreIdentity) -> None:
        self.also[store] = self.also.get(store, 0) + 1

    def by_store(self, source: StoreIdentity) -> dict[StoreIdentity, int]:
        """The rows that name a file, by the store in which it lies; *source* is the one that was scanned."""
        found = {source: self.referenced - sum(self.also.values()), **self.also, **self.elsewhere}
        return {store: rows for store, rows in found.items() if rows}


@dataclass(slots=True)
class Tallies:
    """Accumulates while a scan is consumed; complete when it has ended.

    ``fields`` is keyed as :attr:`medialift.types.Reference.field`.
    """

    fields: dict[str, FieldTally] = field(default_factory=dict)

    def begin(self, label: str) -> FieldTally:
        """A fresh tally for one field: a second scan does not add to the first."""
        self.fields[label] = tally = FieldTally()
        return tally
