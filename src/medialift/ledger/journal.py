"""The journal of one pair of stores, on the ledger's tables.

Whoever writes holds the lock of the pair's row for the length of one short transaction: batches of
several processes follow each other, in the same order on every database, and SQLite's write lock is
waited for before anything was read. Nobody waits for a reader.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from medialift.ledger.codec import COLUMNS, PROOF_OF, STATE_OF, decode, decode_evidence, digest_of, encode
from medialift.ledger.copies import copies, unchanged
from medialift.ledger.database import persistently
from medialift.ledger.labels import FieldNumbers
from medialift.ledger.pausing import is_paused
from medialift.ledger.table import all_items, by_digest, confirm, pages, select, upsert
from medialift.models import Move, StorePair
from medialift.move.entry import PROVED, Entry, planned, recorded
from medialift.move.journal import Copies, Outcome, Recorded, Senders, Tally
from medialift.move.memory_journal import name_of
from medialift.types import Action, Copied, Evidence, Proof, State, Step

C = TypeVar("C")
PAGE = 1000
TOLD = 10 * PAGE
"""So many names, at most, wait for their steps with the rows that they had when a plan asked for their evidence."""
SENDERS = "senders"
"""Where a move's counts say what may still land: see :mod:`medialift.move.settling`."""


class DatabaseJournal:
    """A :class:`~medialift.move.journal.Journal` that survives the process.

    Every method may raise :class:`~medialift.errors.LedgerError`.
    """

    def __init__(self, pair: StorePair, *, using: str) -> None:
        self.pair = pair
        self._using = using
        self._numbers = FieldNumbers(using)
        self._told: dict[str, Mapping[str, int]] = {}
        # The id of a move is drawn by chance: another site's move between two places of the same names has another.
        self.mark = hashlib.blake2b(pair.move.public_id.encode() + bytes(pair.digest), digest_size=16).hexdigest()

    # ── reading ──────────────────────────────────────────────────────────────────────────────

    def is_paused(self) -> bool:
        return is_paused(self._using, self.pair.move_id)

    def evidence_for(self, names: Sequence[str]) -> Mapping[str, Evidence]:
        entries = persistently(self._using, lambda: self._load([digest_of(name) for name in names]))
        if len(self._told) > TOLD:
            self._told.clear()
        self._told.update((entry.item.name, entry.item.rows) for entry in entries.values())
        return {entry.item.name: entry.evidence for entry in entries.values() if entry.evidence is not None}

    def states_of(self, names: Sequence[str]) -> Mapping[str, State]:
        by_its_digest = {digest_of(name): name for name in names}
        found = persistently(self._using, lambda: self._states(list(by_its_digest)))
        return {by_its_digest[digest]: state for digest, state in found}

    def _states(self, digests: Sequence[bytes]) -> list[tuple[bytes, State]]:
        return [
            (bytes(digest), STATE_OF[state])
            for query in by_digest(self._using, self.pair.pk, digests)
            for digest, state in query.values_list("name_digest", "state")
        ]

    def begun(self, names: Sequence[str]) -> Collection[str]:
        by_its_digest = {digest_of(name): name for name in names}
        found = persistently(self._using, lambda: self._begun(list(by_its_digest)))
        return {by_its_digest[digest] for digest in found}

    def _begun(self, digests: Sequence[bytes]) -> list[bytes]:
        return [
            bytes(digest)
            for query in by_digest(self._using, self.pair.pk, digests)
            for digest in query.filter(todo__isnull=False, sha256__isnull=True).values_list("name_digest", flat=True)
        ]

    def todo(self) -> Iterator[Step]:
        return (entry.step for entry in self._entries(todo__isnull=False))

    def evidence(self) -> Iterator[Evidence]:
        for row in self._rows(state__in=sorted(PROVED)):
            evidence = decode_evidence(row)
            if evidence is not None:
                yield evidence

    def copies(self) -> Iterator[Copies]:
        generation = persistently(self._using, self._generation)
        for page in copies(self._using, self.pair.pk):
            yield replace(page, generation=generation)

    def recorded(self, states: Iterable[State] = ()) -> Iterator[Recorded]:
        wanted = sorted(states)
        conditions: dict[str, Any] = {"state__in": wanted} if wanted else {}
        return (entry.recorded for entry in self._entries(**conditions))

    def tallies(self) -> Mapping[State, Tally]:
        size = Sum(Coalesce("next_size", "size"))
        by_state = all_items(self._using, self.pair.pk).values("state")
        query = by_state.annotate(files=Count("pk"), bytes=size).order_by("state")
        rows = persistently(self._using, lambda: list(query))
        return {State(row["state"]): Tally(row["files"], int(row["bytes"])) for row in rows}

    def proofs(self) -> Mapping[Proof, int]:
        query = all_items(self._using, self.pair.pk).filter(state__in=sorted(PROVED), sha256__isnull=False)
        rows = persistently(self._using, lambda: list(query.values_list("proof").annotate(Count("pk")).order_by()))
        return {PROOF_OF[proof]: count for proof, count in rows}

    # ── writing ──────────────────────────────────────────────────────────────────────────────

    def plan(self, steps: Sequence[Step]) -> None:
        if steps:
            persistently(self._using, partial(self._plan, [step for step in steps if self._changes(step)]))

    def _changes(self, step: Step) -> bool:
        """Whether *step* may change its item: one that is done has only its rows to tell, if they are others."""
        told = self._told.pop(step.item.name, None)
        return step.action is not Action.DONE or told is None or told != step.item.rows

    def record(self, outcomes: Sequence[Outcome]) -> None:
        if outcomes:
            persistently(self._using, partial(self._record, outcomes))

    def senders(self, change: Callable[[Senders], Senders]) -> Senders:
        return persistently(self._using, partial(self._senders, change))

    def confirm(self, copies: Copies) -> None:
        numbers = copies.open()
        if numbers:
            persistently(self._using, partial(self._confirm, copies, numbers))

    @contextmanager
    def _writing(self, *, copied: bool = False) -> Iterator[None]:
        """One transaction that holds the lock; *copied* if it records copies."""
        try:
            with transaction.atomic(using=self._using):
                self._lock(copied=copied)
                yield
        except BaseException:
            self._numbers.forget()
            raise

    def _plan(self, steps: Sequence[Step]) -> None:
        with self._writing():
            self._change([(step.item.name, step) for step in steps], planned)

    def _record(self, outcomes: Sequence[Outcome]) -> None:
        with self._writing(copied=any(isinstance(outcome, Copied) for outcome in outcomes)):
            for batch in _without_repetition(outcomes):
                copied = [(name, outcome) for name, outcome in batch.items() if isinstance(outcome, Copied)]
                rest = [(name, outcome) for name, outcome in batch.items() if not isinstance(outcome, Copied)]
                self._change(copied, recorded, State.VERIFIED)  # anything else a new copy overwrites unseen
                self._change(rest, recorded)

    def _confirm(self, copies: Copies, numbers: Sequence[int]) -> None:
        with self._writing():
            if copies.generation != self._generation():
                numbers = unchanged(self._using, copies)
            if numbers:
                confirm(self._using, numbers, int(time.time()))

    def _generation(self) -> int:
        return StorePair.objects.using(self._using).values_list("generation", flat=True).get(pk=self.pair.pk)

    def _senders(self, change: Callable[[Senders], Senders]) -> Senders:
        """Kept among the move's counts, by pair, until they are those of a finished move."""
        with self._writing():
            moves = Move.objects.using(self._using).filter(pk=self.pair.move_id)
            counts, pair = dict(moves.values_list("counts", flat=True).get()), str(self.pair.pk)
            everyone = dict(counts.get(SENDERS, {}))
            known = everyone.pop(pair, {})
            now = change(known)
            if now != known:
                moves.update(counts={**counts, SENDERS: {**everyone, **({pair: now} if now else {})}})
        return now

    def _lock(self, *, copied: bool) -> None:
        # The pair comes first, by a plain UPDATE: under REPEATABLE READ, MariaDB shows a transaction the
        # database as it was at its first SELECT, which must not come before the lock.
        now = timezone.now()
        counted = {"generation": F("generation") + 1} if copied else {}
        StorePair.objects.using(self._using).filter(pk=self.pair.pk).update(updated=now, **counted)
        Move.objects.using(self._using).filter(pk=self.pair.move_id).update(updated=now)

    def _change(
        self,
        changes: Sequence[tuple[str, C]],
        rule: Callable[[Entry | None, C], Entry | None],
        seen: State | None = None,
    ) -> None:
        """Apply *rule* to the entry of each name, in order; entries that are not *seen* count as absent."""
        digests = {name: digest_of(name) for name, _ in changes}
        before = self._load(list(digests.values()), seen)
        after = dict(before)
        for name, change in changes:
            entry = rule(after.get(digests[name]), change)
            if entry is not None:
                after[digests[name]] = entry
        self._store({digest: entry for digest, entry in after.items() if entry is not before.get(digest)})

    def _load(self, digests: Sequence[bytes], state: State | None = None) -> dict[bytes, Entry]:
        read = self._numbers.read
        rows = select(self._using, self.pair.pk, digests, state)
        return {bytes(digest): decode(row, read) for digest, *row in rows}

    def _store(self, entries: Mapping[bytes, Entry]) -> None:
        self._numbers.learn(label for entry in entries.values() for label in entry.item.rows)
        pair, write, now = self.pair.pk, self._numbers.write, int(time.time())
        upsert(self._using, [(pair, digest, 0, *encode(entry, write), now) for digest, entry in entries.items()])

    # ── pages ────────────────────────────────────────────────────────────────────────────────

    def _entries(self, first: int = 1, end: int | None = None, **conditions: Any) -> Iterator[Entry]:
        read = self._numbers.read
        return (decode(row, read) for row in self._rows(first, end, **conditions))

    def _rows(self, first: int = 1, end: int | None = None, **conditions: Any) -> Iterator[Sequence[Any]]:
        """Rows in the order in which they were first planned, a page at a time."""
        query = all_items(self._using, self.pair.pk).filter(**conditions)
        for page in pages(self._using, query, "pk", *COLUMNS, size=PAGE, first=first, end=end):
            for _, *row in page:
                yield row


def _without_repetition(outcomes: Sequence[Outcome]) -> Iterator[dict[str, Outcome]]:
    """The outcomes by name, in as few batches as keep the order of those that are about the same name."""
    batch: dict[str, Outcome] = {}
    for outcome in outcomes:
        name = name_of(outcome)
        if name in batch:
            yield batch
            batch = {}
        batch[name] = outcome
    yield batch
