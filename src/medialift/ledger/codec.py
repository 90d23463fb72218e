"""Between an entry of the journal and its compact row."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from medialift.move.entry import Entry
from medialift.types import Action, Digests, Evidence, Item, ObjectInfo, Proof, State

# Stored numbers are never reused. Proofs are numbered strongest first: the smaller one is the better one.
ACTIONS = {Action.COPY: 1, Action.REPLACE: 2, Action.ADOPT: 3}
PROOFS = {Proof.READ_BACK: 1, Proof.SERVER_CHECKED: 2, Proof.ETAG_MD5: 3}
ACTION_OF = {number: action for action, number in ACTIONS.items()}
PROOF_OF = {number: proof for proof, number in PROOFS.items()}

STATE_OF = {int(state): state for state in State}

NO_ROWS: Mapping[str, int] = MappingProxyType({})
COLUMNS = (
    "name",
    "key",
    "size",
    "fingerprint",
    "next_size",
    "next_fingerprint",
    "state",
    "todo",
    "proof",
    "sha256",
    "md5",
    "etag",
    "version",
    "part_size",
    "rows",
    "reason",
    "error",
)
"""What :func:`encode` gives and :func:`decode` takes, in this order."""

Numbers = Callable[[Mapping[str, int]], bytes | None]
Labels = Callable[[bytes], Mapping[str, int]]


def encoded(text: str) -> bytes:
    """How text is stored: lone surrogates pass, because file names on disk have them."""
    return text.encode("utf-8", "surrogatepass")


def decoded(stored: bytes | memoryview) -> str:
    """What :func:`encoded` has stored."""
    return str(stored, "utf-8", "surrogatepass")


def all_decoded(stored: Sequence[bytes | memoryview]) -> list[str]:
    """What :func:`decoded` makes of each, in one go where no line ends in between."""
    found = decoded(b"\n".join(stored)).split("\n")
    return found if len(found) == len(stored) else list(map(decoded, stored))


def digest_of(name: str) -> bytes:
    """The 20 bytes (BLAKE2b, RFC 7693) by which an item is found."""
    return hashlib.blake2b(encoded(name), digest_size=20).digest()


def encode(entry: Entry, numbers: Numbers) -> tuple[Any, ...]:
    """The row of *entry*; *numbers* writes the rows by field."""
    item, evidence = entry.item, entry.evidence
    source = evidence or item
    is_next = (item.size, item.fingerprint) != (source.size, source.fingerprint)
    return (
        encoded(item.name),
        None if item.key == item.name else encoded(item.key),
        source.size,
        encoded(source.fingerprint),
        item.size if is_next else None,
        encoded(item.fingerprint) if is_next else None,
        int(entry.state),
        ACTIONS[entry.todo] if entry.todo else None,
        *(_of_evidence(evidence) if evidence else _of_target(entry.target)),
        numbers(item.rows),
        _text(entry.reason),
        _text(entry.error),
    )


def _of_evidence(evidence: Evidence) -> tuple[Any, ...]:
    digests, etag = evidence.digests, evidence.etag
    is_md5 = bool(digests.md5) and etag == digests.md5.hex()
    return (
        PROOFS[evidence.proof],
        digests.sha256,
        digests.md5 or None,
        None if is_md5 else encoded(etag or ""),  # NULL: the MD5 in hexadecimal; empty: none at all
        _text(evidence.version),
        evidence.part_size,
    )


def _of_target(target: ObjectInfo | None) -> tuple[Any, ...]:
    if target is None:
        return (None,) * 6
    return None, None, None, encoded(target.etag or ""), _text(target.version), None


def _text(text: str | None) -> bytes | None:
    return encoded(text) if text else None


def decode(row: Sequence[Any], labels: Labels) -> Entry:
    """The entry of a row; *labels* reads the rows by field."""
    stored, key, size, mark, next_size, next_mark, state, todo, *proved, rows, reason, error = row
    name, mark, state = decoded(stored), decoded(mark), STATE_OF[state]
    key = name if key is None else decoded(key)
    evidence = _evidence(name, key, size, mark, state, proved)
    if next_size is not None:
        size, mark = next_size, decoded(next_mark)
    item = Item(name, key, size, mark, NO_ROWS if rows is None else labels(bytes(rows)))
    action = ACTION_OF[todo] if todo else None
    seen = _target(item, proved) if action is Action.ADOPT and evidence is None else None
    return Entry(item, state, action, seen, evidence, _read(reason) or "", _read(error) or "")


def decode_evidence(row: Sequence[Any]) -> Evidence | None:
    """The evidence of a row alone, for those who read all of it."""
    stored, key, size, mark, _, _, state, _, *proved, _, _, _ = row
    name = decoded(stored)
    return _evidence(name, name if key is None else decoded(key), size, decoded(mark), STATE_OF[state], proved)


def _evidence(name: str, key: str, size: int, mark: str, state: State, proved: Sequence[Any]) -> Evidence | None:
    proof, sha256, md5, etag, version, part_size = proved
    if sha256 is None:
        return None
    digests = Digests(bytes(sha256), bytes(md5 or b""))
    tag = digests.md5.hex() if etag is None else decoded(etag)
    return Evidence(name, key, size, mark, digests, tag or None, _read(version), part_size, PROOF_OF[proof], state)


def _target(item: Item, proved: Sequence[Any]) -> ObjectInfo | None:
    *_, etag, version, _ = proved
    return None if etag is None else ObjectInfo(item.key, item.size, decoded(etag) or None, version=_read(version))


def _read(stored: bytes | memoryview | None) -> str | None:
    return None if stored is None else decoded(stored)
