"""The way back: what an earlier move proved, seen from its target.

The ledger of the earlier move says what both places held when it was proved. Seen in a mirror, that
is the evidence of a move in the other direction, so the same plan and the same copy stage bring
everything back: an object that is new since comes as a new file; one that was replaced supersedes
the old file, but only if that is still, byte for byte, the one that was moved; everything else that
differs is a conflict. Nothing is deleted: superseded files are kept.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, islice
from typing import BinaryIO, cast

from medialift.errors import AlreadyExistsError, NotFoundError
from medialift.keys import key_for
from medialift.move.digests import CHUNK
from medialift.move.entry import PROVED
from medialift.move.journal import Journal
from medialift.move.ordered import Listed, joined
from medialift.move.prove import holds, is_same_object
from medialift.stores.base import Body, Download, ObjectStore
from medialift.stores.wrappers.base import Wrapper
from medialift.types import NO_HEADERS, Action, Evidence, Found, Headers, State, Step, Stored

SUPERSEDED = ".medialift-superseded"
"""The folder that keeps what a newer object has replaced, by move id and name. No move takes it along."""

PAGE = 1000


@dataclass
class Mirror:
    """The evidence of an earlier move, seen from the other side; ``there`` is the place it came from.

    ``evidence_for`` is asked for the names of a page right after that page went through ``watch``:
    no more than two pages are in memory.
    """

    forward: Journal
    own: Journal
    there: ObjectStore
    halt: threading.Event
    _seen: dict[str, Evidence] = field(default_factory=dict)

    def watch(self, found: Iterable[Found]) -> Iterator[Found]:
        """Pass *found* on, and keep at hand what the earlier move knows of it."""
        rest = iter(found)
        while page := list(islice(rest, PAGE)):
            self._seen.update(self._mirrored(page))
            yield from page

    def evidence_for(self, names: Sequence[str]) -> Mapping[str, Evidence]:
        """What this way's own ledger knows, else what the earlier move knew."""
        mirrored = {name: seen for name in names if (seen := self._seen.pop(name, None)) is not None}
        return {**mirrored, **self.own.evidence_for(names)}

    def attach(self, steps: Iterable[Step]) -> Iterator[Step]:
        """The same steps; a replacement that this way's ledger has no evidence for gets the earlier move's."""
        for step in steps:
            if step.action is Action.REPLACE and step.evidence is None:
                old = self.forward.evidence_for([step.item.name]).get(step.item.name)
                yield replace(step, evidence=old and self._superseded(old))
            else:
                yield step

    def _mirrored(self, page: Sequence[Found]) -> Iterator[tuple[str, Evidence]]:
        known = self.forward.evidence_for([found.name for found in page])
        for found in page:
            old = known.get(found.name)
            if old is not None and old.state in PROVED:
                yield found.name, self._turned(found, old)

    def _turned(self, found: Found, old: Evidence) -> Evidence:
        if found.info is None or not is_same_object(old, found.info):
            return self._superseded(old)
        # A store's fingerprint is its ETag wherever it has one: both sides are as they were.
        return _as_evidence(old, fingerprint=found.info.fingerprint, etag=old.fingerprint)

    def _superseded(self, old: Evidence) -> Evidence:
        """For an object that is newer than the move: the old file's ETag, if it has the bytes that were moved."""
        key = key_for(old.name, self.there.traits.key_rules)
        try:
            info = self.there.head(key)
        except NotFoundError:
            return _as_evidence(old, fingerprint="", etag=None)
        same = info.size == old.size and holds(self.there, key, old.size, old.digests, info.etag, self.halt)
        return _as_evidence(old, fingerprint="", etag=info.etag if same else None)


def _as_evidence(old: Evidence, *, fingerprint: str, etag: str | None) -> Evidence:
    return replace(old, fingerprint=fingerprint, etag=etag, version=None, part_size=None, state=State.VERIFIED)


class Superseding(Wrapper):
    """A store in which a put over an object first sets the old one aside."""

    def __init__(self, inner: ObjectStore, move_id: str) -> None:
        super().__init__(inner)
        self._aside = f"{SUPERSEDED}/{move_id}"

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        if not if_absent:
            self._set_aside(key)
        return self.inner.put(key, body, headers=headers, if_absent=if_absent, md5=md5)

    def _set_aside(self, key: str) -> None:
        for number in count(1):
            place = f"{self._aside}/{key}" + (f".{number}" if number > 1 else "")
            try:
                with self.inner.get(key) as old:
                    self._keep(old, place)
            except NotFoundError:
                return
            except AlreadyExistsError:
                if self._equal(key, place):
                    return
            else:
                return

    def _keep(self, old: Download, place: str) -> None:
        """Put a copy there if nothing is there; where nothing can be created atomically, after a look."""
        traits, size = self.traits, old.info.size
        in_parts = 0 < traits.multipart_threshold < size
        creates = traits.atomic_multipart_create if in_parts else traits.atomic_create
        if not creates and self._is_taken(place):
            raise AlreadyExistsError("something was set aside there before", operation="put", key=place)
        self.inner.put(place, cast("BinaryIO", old), headers=old.info.headers, if_absent=creates)

    def _is_taken(self, place: str) -> bool:
        try:
            self.inner.head(place)
        except NotFoundError:
            return False
        return True

    def _equal(self, key: str, place: str) -> bool:
        with self.inner.get(key) as one, self.inner.get(place) as other:
            while (data := one.read(CHUNK)) == other.read(CHUNK):
                if not data:
                    return True
        return False


def is_superseded(name: str) -> bool:
    """Whether *name* is a file that a way back has set aside."""
    return name.startswith(f"{SUPERSEDED}/")


def deleted_since(forward: Iterable[Evidence], listing: Iterable[Listed]) -> Iterator[str]:
    """Names that the earlier move brought to its target, and that are not there any more; both sorted by name."""
    for name, old, info in joined(((item.name, item) for item in forward), listing):
        if old is not None and info is None:
            yield name
