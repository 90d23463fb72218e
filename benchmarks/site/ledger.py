"""A ledger that says that many files were copied, without copying one: ``ledger.py COUNT``."""

from __future__ import annotations

import sys
from itertools import islice

import django

from benchmarks.site.names import ETAG, SIZE, synthetic_name

PAGE = 5000


def main(count: int) -> None:
    django.setup()
    from django.core.files.storage import storages

    from medialift import ledger
    from medialift.bridge import store_for
    from medialift.models import Move
    from medialift.types import Action, Copied, Digests, Item, Proof, Step, Stored

    digests = Digests(bytes(32), bytes.fromhex(ETAG))
    source, target = (store_for(storages[alias]).identity for alias in ("default", "cloud"))
    row = ledger.open_move(Move.Kind.MIGRATE, [(source, target)])
    journal = ledger.journal_of(row, source, target)
    names = map(synthetic_name, range(count))
    while page := list(islice(names, PAGE)):
        items = [Item(name, name, SIZE, f"mark-{name}", {"site.Photo.image": 1}) for name in page]
        journal.plan([Step(Action.COPY, item) for item in items])
        journal.record([Copied(item, digests, Stored(item.key, SIZE, ETAG), Proof.SERVER_CHECKED) for item in items])


if __name__ == "__main__":
    main(int(sys.argv[1]))
