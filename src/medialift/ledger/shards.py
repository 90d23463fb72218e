"""Ranges of a move's items, leased to workers.

A lease is a row with an end, not a database lock: locks of a session differ between databases, are
lost behind a pooler, and would hold a transaction open for as long as a file takes. Whoever takes a
shard gets its next token. Each batch of outcomes renews the lease *in its own transaction*, which
fails if somebody else has taken the shard since: a worker that slept through its lease's end cannot
write a line into the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import connections, transaction
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Now

from medialift.errors import LedgerError
from medialift.ledger.database import ledger_database, persistently
from medialift.ledger.journal import PAGE, DatabaseJournal
from medialift.ledger.pausing import is_paused
from medialift.ledger.table import all_items, pages
from medialift.models import Move, Shard, StorePair
from medialift.move.journal import Outcome, Tally
from medialift.move.shards import Range, Sizes, cut
from medialift.types import Copied, NotCopied, State, Step

MOST_FAILURES = 3
"""So many leases of one shard that ended in an error leave it to whoever shares the work out."""

NOTHING = Tally()
ABSENT = frozenset({State.VANISHED, State.UNREADABLE})


class LeaseLostError(LedgerError):
    """The shard was given to another worker, or the work was shared out anew."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """How far the shards of a move are. ``waiting`` could be taken now, ``alive`` are held by a living lease."""

    shards: int
    done: int
    alive: int
    waiting: int
    given_up: int
    amount: Tally
    finished: Tally
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtWork:
    """One worker and what it does: ``until`` is when it has to be heard of again."""

    worker: str
    files: int
    files_done: int
    until: datetime


class Lease:
    """One shard, held by one worker until *until*; every method may raise :class:`LeaseLostError`."""

    def __init__(self, shard: Shard, length: timedelta, using: str) -> None:
        self.shard = shard
        self._length, self._using = length, using

    @property
    def pair(self) -> StorePair:
        """Where the shard's items come from and go to."""
        return self.shard.pair

    def journal(self, *, absence_counts: bool) -> ShardJournal:
        """The journal of this shard's items, which writes only as long as the lease is held.

        Without *absence_counts* a file that cannot be read is not recorded as such: it stays to be done.
        """
        return ShardJournal(self, absence_counts=absence_counts, using=self._using)

    def renew(self, done: Tally = NOTHING) -> None:
        """Hold the shard for another while, with so much more of it done."""
        progress = {"files_done": F("files_done") + done.files, "bytes_done": F("bytes_done") + done.bytes}
        self._change(until=Now() + self._length, **progress)

    def beat(self) -> bool:
        """Renew from beside the work; whether the worker should go on."""
        persistently(self._using, self.renew)
        shards = Shard.objects.using(self._using)
        return not persistently(self._using, lambda: shards.filter(pk=self.shard.pk, stopping=True).exists())

    def is_paused(self) -> bool:
        """Whether the move is held."""
        return is_paused(self._using, self.pair.move_id)

    def finish(self) -> None:
        """The range was gone through; what could not be copied is in the ledger as such."""
        persistently(self._using, partial(self._change, state=Shard.State.DONE, until=None))

    def give_back(self, error: str = "") -> None:
        """Let somebody else take the shard; *error* is why this worker could not go on."""
        failures = F("failures") + (1 if error else 0)
        persistently(
            self._using, partial(self._change, state=Shard.State.OPEN, until=None, failures=failures, error=error)
        )

    def _change(self, **values: object) -> None:
        mine = Shard.objects.using(self._using).filter(
            pk=self.shard.pk, token=self.shard.token, state=Shard.State.LEASED
        )
        if not mine.update(**values):
            raise LeaseLostError("the shard was given to somebody else", hint="nothing is lost: whoever has it goes on")


class ShardJournal(DatabaseJournal):
    """The journal of one leased range; nothing is recorded once the lease is lost."""

    def __init__(self, lease: Lease, *, absence_counts: bool, using: str) -> None:
        super().__init__(lease.pair, using=using)
        self._lease = lease
        self._ignored = frozenset[State]() if absence_counts else ABSENT

    def todo(self) -> Iterator[Step]:
        shard = self._lease.shard
        return (entry.step for entry in self._entries(shard.first, shard.last, todo__isnull=False))

    def record(self, outcomes: Sequence[Outcome]) -> None:
        super().record([each for each in outcomes if not (isinstance(each, NotCopied) and each.state in self._ignored)])

    def _record(self, outcomes: Sequence[Outcome]) -> None:
        done = sum((Tally(1, each.item.size) for each in outcomes if isinstance(each, Copied)), Tally())
        with transaction.atomic(using=self._using):
            self._lease.renew(done)
            super()._record(outcomes)


class Shards:
    """The shards of one move."""

    def __init__(self, move: Move) -> None:
        self._using = ledger_database()
        self._move = move

    def lay_out(self, pair: StorePair, sizes: Sizes) -> None:
        """Share out what is to be done for *pair* anew. Leases on earlier shards of it are lost."""
        persistently(self._using, lambda: self._of_pair(pair).delete())
        batch: list[Range] = []
        for part in cut(self._todo(pair), sizes):
            batch.append(part)
            if len(batch) == PAGE:
                self._add(pair, batch)
                batch = []
        self._add(pair, batch)

    def take(self, worker: str, length: timedelta) -> Lease | None:
        """A shard that nobody holds, for *length*; ``None`` if there is none to take, or the move is held."""
        if self.is_paused():
            return None
        return persistently(self._using, lambda: self._take(worker, length))

    def is_paused(self) -> bool:
        """Whether the move is held: nobody takes a shard then, and those at work give theirs back."""
        return is_paused(self._using, self._move.pk)

    def sheet(self) -> Sheet:
        """How far all shards are."""
        return persistently(self._using, self._sheet)

    def at_work(self) -> list[AtWork]:
        """Who holds a lease that has not ended."""
        rows = persistently(self._using, lambda: list(self._all().filter(_alive()).order_by("worker", "pk")))
        return [AtWork(row.worker, row.files, row.files_done, row.until) for row in rows if row.until]

    def stop(self) -> None:
        """Ask those at work to finish what is under way; nothing can be taken any more."""
        persistently(self._using, lambda: self._all().update(stopping=True))

    def clear(self) -> None:
        """Forget the shards: what is done is in the items, and what is not can be shared out anew."""
        persistently(self._using, lambda: self._all().delete())

    # ── below ────────────────────────────────────────────────────────────────────────────────

    def _all(self) -> QuerySet[Shard]:
        # By the numbers of the pairs, not by a join: a lock on the shards must not lock the pairs too.
        pairs = StorePair.objects.using(self._using).filter(move_id=self._move.pk).values_list("pk", flat=True)
        return Shard.objects.using(self._using).filter(pair_id__in=list(pairs))

    def _of_pair(self, pair: StorePair) -> QuerySet[Shard]:
        return Shard.objects.using(self._using).filter(pair_id=pair.pk)

    def _todo(self, pair: StorePair) -> Iterator[tuple[int, int]]:
        query = all_items(self._using, pair.pk).filter(todo__isnull=False)
        for page in pages(self._using, query, "pk", "size", "next_size", size=PAGE):
            yield from ((number, size if next_size is None else next_size) for number, size, next_size in page)

    def _add(self, pair: StorePair, parts: Iterable[Range]) -> None:
        rows = [
            Shard(pair_id=pair.pk, first=part.first, last=part.last, files=part.amount.files, bytes=part.amount.bytes)
            for part in parts
        ]
        persistently(self._using, lambda: Shard.objects.using(self._using).bulk_create(rows))

    def _take(self, worker: str, length: timedelta) -> Lease | None:
        free = self._all().filter(_free()).order_by("failures", "pk")
        if connections[self._using].features.has_select_for_update_skip_locked:
            free = free.select_for_update(skip_locked=True)
        while True:
            with transaction.atomic(using=self._using):
                shard = free.first()
                if shard is None:
                    return None
                same = Shard.objects.using(self._using).filter(pk=shard.pk, token=shard.token)
                shard.token += 1
                changed = same.update(
                    state=Shard.State.LEASED, token=shard.token, worker=worker[:128], until=Now() + length, error=""
                )
            if changed:  # without SKIP LOCKED somebody else may have been faster
                return Lease(shard, length, self._using)

    def _sheet(self) -> Sheet:
        done, given_up = Q(state=Shard.State.DONE), Q(state=Shard.State.OPEN, failures__gte=MOST_FAILURES)
        found = self._all().aggregate(
            shards=Count("pk"),
            done=Count("pk", filter=done),
            alive=Count("pk", filter=_alive()),
            waiting=Count("pk", filter=_free()),
            given_up=Count("pk", filter=given_up),
            files=Sum("files"),
            bytes=Sum("bytes"),
            files_done=Sum("files_done"),
            bytes_done=Sum("bytes_done"),
        )
        errors = self._all().exclude(error="").values_list("error", flat=True).distinct()
        return Sheet(
            found["shards"],
            found["done"],
            found["alive"],
            found["waiting"],
            found["given_up"],
            Tally(int(found["files"] or 0), int(found["bytes"] or 0)),
            Tally(int(found["files_done"] or 0), int(found["bytes_done"] or 0)),
            tuple(errors[:3]),
        )


def _free() -> Q:
    """Shards that can be taken: open ones, and those whose worker was not heard of in time."""
    open_ones = Q(state=Shard.State.OPEN, failures__lt=MOST_FAILURES)
    return Q(stopping=False) & (open_ones | Q(state=Shard.State.LEASED, until__lt=Now()))


def _alive() -> Q:
    return Q(state=Shard.State.LEASED, until__gte=Now())
