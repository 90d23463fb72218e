"""The proof of a move that spans several pairs of stores: a certificate for each, and one page about all."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path, PurePosixPath

from medialift.move.certificate import FACTS, FORMAT, Certificate, Part, Subject, certificate, reasons_of, replacing
from medialift.move.journal import Recorded, Tally
from medialift.move.merkle import Merkle
from medialift.move.results import summed
from medialift.types import Proof


def certificates(
    pairs: Sequence[tuple[Subject, Iterable[Recorded]]], folder: Path, *, move_id: str, now: datetime
) -> Certificate:
    """Write a certificate of each pair into a folder of its own below *folder*, then ``certificate.json`` of all.

    The records of each pair are sorted by name. The root of the whole is the Merkle root over the
    (raw) roots of its parts, in their order.
    """
    parts = [
        Part(subject.target, certificate(records, folder / _folder(number, subject), subject))
        for number, (subject, records) in enumerate(pairs, start=1)
    ]
    whole = _whole(folder, parts)
    facts = {
        "format": FORMAT,
        "move": move_id,
        "written": now.astimezone(timezone.utc).isoformat(timespec="seconds"),
        "complete": whole.complete,
        "not_complete_because": list(whole.reasons),
        "verified": {"files": whole.files.files, "bytes": whole.files.bytes},
        "merkle_root": whole.root,
        "merkle_rule": "RFC 9162 over the raw merkle_root of each part, in order",
        "parts": [_facts_of(part, subject) for part, (subject, _) in zip(parts, pairs, strict=True)],
    }
    with replacing(folder / FACTS) as file:
        file.write(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
    return whole


def _folder(number: int, subject: Subject) -> str:
    """``2-avatars``: numbered, because two targets may bear one name."""
    container = PurePosixPath(subject.target.container).name
    return f"{number}-{re.sub(r'[^A-Za-z0-9._-]+', '-', container)}"


def _whole(folder: Path, parts: Sequence[Part]) -> Certificate:
    made = [part.certificate for part in parts]
    states = summed(one.states for one in made)
    proofs: Counter[Proof] = Counter()
    tree, files = Merkle(), Tally()
    for one in made:
        files += one.files
        proofs.update(one.proofs)
        tree.add(bytes.fromhex(one.root))
    reasons = reasons_of(states)
    whole = Certificate(folder, not reasons, reasons, files, tree.root(), proofs, states)
    return replace(whole, parts=tuple(parts))


def _facts_of(part: Part, subject: Subject) -> dict[str, object]:
    made = part.certificate
    return {
        "folder": made.folder.name,
        "source": str(subject.source),
        "target": str(subject.target),
        "complete": made.complete,
        "verified": {"files": made.files.files, "bytes": made.files.bytes},
        "merkle_root": made.root,
    }
