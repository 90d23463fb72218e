"""The exported proof of a move, written so that others can check it without this package."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, Any

from medialift.move.journal import Recorded, Tally
from medialift.move.merkle import Merkle
from medialift.types import Evidence, Proof, State, StoreIdentity

SUMS = "SHA256SUMS"
FACTS = "certificate.json"
FORMAT = 1

SETTLED = (State.VERIFIED, State.MISSING_AT_BASELINE, State.SKIPPED, State.DELETED, State.ACCEPTED)
"""States that do not stand against completeness: proved, never there, left out, deleted with its rows, or accepted."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was written, and what it says.

    ``complete`` is true only if every file of the move is verified at the target, else ``reasons``
    say what is not; ``root`` is the Merkle root over the sorted (name, size, SHA-256) of all that is.
    """

    folder: Path
    complete: bool
    reasons: tuple[str, ...]
    files: Tally
    root: str
    proofs: Mapping[Proof, int]
    states: Mapping[State, Tally]
    parts: tuple[Part, ...] = ()
    """Where the move spans several pairs of stores: one for each, in its own folder below this one."""


@dataclass(frozen=True, slots=True)
class Part:
    """The certificate of one pair of stores, and the store of which it speaks."""

    target: StoreIdentity
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Subject:
    """What a certificate is about; times are when it was written."""

    move_id: str
    source: StoreIdentity
    target: StoreIdentity
    now: datetime


@dataclass(slots=True)
class _Count:
    """One model field: every file it names, by where the file stands."""

    rows: int = 0
    files: int = 0
    bytes: int = 0
    verified: int = 0
    missing: int = 0
    out_of_reach: int = 0
    vanished: int = 0


@dataclass(slots=True)
class _Tallies:
    fields: dict[str, _Count] = field(default_factory=dict)
    unreferenced: _Count = field(default_factory=_Count)
    states: dict[State, Tally] = field(default_factory=dict)
    proofs: dict[Proof, int] = field(default_factory=dict)
    files: Tally = field(default_factory=Tally)

    def add(self, recorded: Recorded) -> None:
        item, state, evidence = recorded.item, recorded.state, recorded.evidence
        self.states[state] = self.states.get(state, Tally()) + Tally(1, item.size)
        if state is State.VERIFIED and evidence is not None:
            self.files += Tally(1, evidence.size)
            self.proofs[evidence.proof] = self.proofs.get(evidence.proof, 0) + 1
        if not item.rows:
            _count(self.unreferenced, recorded, 0)
        for name, rows in item.rows.items():
            _count(self.fields.setdefault(name, _Count()), recorded, rows)


def certificate(records: Iterable[Recorded], folder: Path, subject: Subject) -> Certificate:
    """Write ``SHA256SUMS`` and ``certificate.json`` into *folder*; each appears whole or not at all.

    *records* are all items of the move sorted by name. Only verified ones are in ``SHA256SUMS``, in
    the format that ``sha256sum -c`` reads. A move that is not complete gets its certificate too,
    which then says so, and why.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tallies, tree = _Tallies(), Merkle()
    with replacing(folder / FACTS) as facts:
        # A file name that is no text keeps its own bytes, or ``sha256sum`` would not find the file.
        with replacing(folder / SUMS, errors="surrogateescape") as sums:
            facts.write('{"exceptions": [')
            for text in _exceptions(_proved(records, sums, tallies, tree)):
                facts.write(text)
        reasons = reasons_of(tallies.states)
        result = Certificate(folder, not reasons, reasons, tallies.files, tree.root(), tallies.proofs, tallies.states)
        facts.write("],\n" + json.dumps(_facts(result, tallies, subject), indent=1, ensure_ascii=False)[1:] + "\n")
    return result


def sums_line(sha256: bytes, name: str) -> str:
    """One line of ``SHA256SUMS``.

    Source: GNU coreutils manual, "md5sum invocation": a name with a backslash, newline or carriage
    return is escaped, and the line then starts with a backslash.
    """
    escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    mark = "\\" if escaped != name else ""
    return f"{mark}{sha256.hex()}  {escaped}\n"


def leaf(evidence: Evidence) -> bytes:
    """The leaf of one file: its name, a NUL, its size in decimal, a NUL, its raw SHA-256."""
    return (
        evidence.name.encode("utf-8", "surrogateescape")
        + b"\0"
        + str(evidence.size).encode()
        + b"\0"
        + evidence.digests.sha256
    )


def _proved(records: Iterable[Recorded], sums: IO[str], tallies: _Tallies, tree: Merkle) -> Iterator[Recorded]:
    """Write down what is proved; pass on what is not."""
    for recorded in records:
        tallies.add(recorded)
        evidence = recorded.evidence
        if recorded.state is State.VERIFIED and evidence is not None:
            sums.write(sums_line(evidence.digests.sha256, evidence.name))
            tree.add(leaf(evidence))
        else:
            yield recorded


def _exceptions(records: Iterator[Recorded]) -> Iterator[str]:
    comma = "\n  "
    for recorded in records:
        entry = {
            "name": recorded.item.name,
            "state": recorded.state.name,
            "reason": recorded.reason,
            "rows": dict(recorded.item.rows),
        }
        yield comma + json.dumps(entry, ensure_ascii=False)
        comma = ",\n  "


def reasons_of(states: Mapping[State, Tally]) -> tuple[str, ...]:
    """Why a move whose items stand like this is not complete; none if it is."""
    return tuple(
        f"{tally.files} {'file is' if tally.files == 1 else 'files are'} {state.name.lower().replace('_', ' ')}"
        for state, tally in sorted(states.items())
        if state not in SETTLED and tally.files
    )


def _facts(result: Certificate, tallies: _Tallies, subject: Subject) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "move": subject.move_id,
        "written": subject.now.astimezone(timezone.utc).isoformat(timespec="seconds"),
        "source": str(subject.source),
        "target": str(subject.target),
        "complete": result.complete,
        "not_complete_because": list(result.reasons),
        "verified": {"files": result.files.files, "bytes": result.files.bytes},
        "merkle_root": result.root,
        "merkle_rule": "RFC 9162 over the lines of SHA256SUMS in order; leaf: name NUL size NUL sha256",
        "states": {state.name: _tally(tally) for state, tally in sorted(result.states.items())},
        "proofs": {proof.value: count for proof, count in result.proofs.items()},
        "fields": {name: _fields_of(count) for name, count in sorted(tallies.fields.items())},
        "unreferenced": _fields_of(tallies.unreferenced),
        "proved": _proved_claims(result),
        "not_proved": NOT_PROVED,
    }


NOT_PROVED = [
    "that a file was intact before the move: the digests are those of the source's bytes as they were read",
    "files that came to the source, or changed there, after the last run",
    "uploads that the network delivers later than a client waits for an answer, to a target that lets them replace",
    "bytes that the target's disks lose without its ETags changing; 'verify --deep' reads every byte again",
]


def _proved_claims(result: Certificate) -> list[str]:
    claims = {
        Proof.READ_BACK: "every byte was fetched from the target again and hashed",
        Proof.SERVER_CHECKED: "the target compared the body with a digest of the source's bytes before it took it",
        Proof.ETAG_MD5: "the target's ETag equals the MD5 (or MD5 of part MD5s) of the source's bytes",
    }
    return [f"{result.proofs[proof]} files: {claims[proof]}" for proof in Proof if proof in result.proofs]


def _tally(tally: Tally) -> dict[str, int]:
    return {"files": tally.files, "bytes": tally.bytes}


def _fields_of(count: _Count) -> dict[str, int]:
    return {name: getattr(count, name) for name in _Count.__slots__}


def _count(count: _Count, recorded: Recorded, rows: int) -> None:
    count.rows += rows
    count.files += 1
    count.bytes += recorded.item.size
    count.verified += recorded.state is State.VERIFIED
    count.missing += recorded.state is State.MISSING_AT_BASELINE
    count.out_of_reach += recorded.state is State.OUT_OF_REACH
    count.vanished += recorded.state is State.VANISHED


@contextmanager
def replacing(path: Path, errors: str = "backslashreplace") -> Iterator[IO[str]]:
    """A text file that takes *path*'s place once it is complete and on the disk."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", errors=errors, newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
