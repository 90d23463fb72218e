"""The ledger's answers, which come in any order, in order of names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from medialift.errors import InvalidKeyError
from medialift.keys import name_for
from medialift.move.journal import Recorded
from medialift.move.spool import Record, spooled
from medialift.types import Digests, Evidence, Item, KeyRules, Proof, State

# Looked up in plain tables, because an enumeration's own ways take longer than sorting a record.
PROOFS = tuple(Proof)
PLACES = {proof: place for place, proof in enumerate(PROOFS)}
STATES = {int(state): state for state in State}


def evidence_by_name(evidence: Iterable[Evidence]) -> Iterator[Evidence]:
    """*evidence* sorted by name, in bounded memory."""
    return map(_evidence, spooled(map(_evidence_record, evidence)))


def name_at(key: str, rules: KeyRules) -> str | None:
    """The name that an object with this key has; ``None`` for a key that no name makes."""
    try:
        return name_for(key, rules)
    except InvalidKeyError:
        return None


def as_named_there(records: Iterable[Recorded], rules: KeyRules) -> Iterator[Recorded]:
    """*records* under the names that the files have at a target with *rules*."""
    for recorded in records:
        name = name_at(recorded.item.key, rules) or recorded.item.name
        if name == recorded.item.name or recorded.evidence is None:
            yield recorded
        else:
            evidence = replace(recorded.evidence, name=name)
            yield replace(recorded, item=replace(recorded.item, name=name), evidence=evidence)


def recorded_by_name(records: Iterable[Recorded]) -> Iterator[Recorded]:
    """*records* sorted by name, in bounded memory."""
    return map(_recorded, spooled(map(_recorded_record, records)))


def _evidence_record(item: Evidence) -> Record:
    digests, proof, state = item.digests, PLACES[item.proof], int(item.state)
    return (
        *(item.name, item.key, item.size, item.fingerprint, digests.sha256, digests.md5),
        *(item.etag, item.version, item.part_size, proof, state),
    )


def _evidence(record: Record) -> Evidence:
    name, key, size, fingerprint, sha256, md5, etag, version, part_size, proof, state = record
    digests = Digests(sha256, md5)
    return Evidence(name, key, size, fingerprint, digests, etag, version, part_size, PROOFS[proof], STATES[state])


def _recorded_record(recorded: Recorded) -> Record:
    item, evidence = recorded.item, recorded.evidence
    rows = tuple(item.rows.items())
    proved = _evidence_record(evidence) if evidence is not None else None
    return item.name, item.key, item.size, item.fingerprint, rows, int(recorded.state), proved, recorded.reason


def _recorded(record: Record) -> Recorded:
    name, key, size, fingerprint, rows, state, proved, reason = record
    evidence = _evidence(proved) if proved is not None else None
    return Recorded(Item(name, key, size, fingerprint, dict(rows)), State(state), evidence, reason)
