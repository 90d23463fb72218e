from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from medialift.move import run
from medialift.move.certificate import Subject, certificate, sums_line
from medialift.move.journal import Recorded, Tally
from medialift.move.memory_journal import MemoryJournal
from medialift.move.sorted_records import recorded_by_name
from medialift.types import Copied, Digests, Item, NotCopied, Proof, State, Stored, StoreIdentity, Verified
from tests.move.worlds import FIELD, disk, job, memory, rows

SUBJECT = Subject(
    "m1",
    StoreIdentity("filesystem", "/media"),
    StoreIdentity("s3", "bucket"),
    datetime(2026, 1, 2, tzinfo=timezone.utc),
)
FILES = {
    "plain.txt": b"1",
    "with space.txt": b"22",
    "back\\slash.txt": b"333",
    "new\nline.txt": b"4444",
    "return\r.txt": b"55555",
    "été/日本 😀.txt": b"666666",
    "-dash": b"7777777",
    " leading": b"",
}


def verified(name: str, data: bytes = b"x", proof: Proof = Proof.ETAG_MD5) -> Recorded:
    journal = MemoryJournal()
    item = Item(name, name, len(data), "f", {FIELD: 1})
    digests = Digests(hashlib.sha256(data).digest(), b"")
    journal.record([Copied(item, digests, Stored(name, len(data), "e"), proof)])
    journal.record([Verified(evidence) for evidence in journal.evidence()])
    (recorded,) = journal.recorded()
    return recorded


def not_moved(name: str, state: State) -> Recorded:
    return Recorded(Item(name, name, 5, "f", {FIELD: 2}), state, None, f"it is {state.name}")


def test_sha256sum_finds_a_file_whose_name_is_no_text(tmp_path: Path) -> None:
    name = "caf\udce9.txt"
    (tmp_path / name).write_bytes(b"latin")
    result = certificate([verified(name, b"latin"), not_moved("gone\udce9", State.FAILED)], tmp_path, SUBJECT)
    checked = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, capture_output=True)
    assert checked.returncode == 0, checked.stderr
    facts = json.loads((result.folder / "certificate.json").read_text())
    assert [entry["name"] for entry in facts["exceptions"]] == ["gone\udce9"]


def test_sha256sum_accepts_the_sums_of_every_name(tmp_path: Path) -> None:
    source = disk(tmp_path / "media", FILES)
    work = job(source, memory())
    assert run.migrate(work).complete
    result = run.certificate(work, folder=tmp_path / "proof", move_id="m1")
    assert result.complete
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", str(tmp_path / "proof" / "SHA256SUMS")],
        cwd=tmp_path / "media",
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.count(": OK") == len(FILES)


def test_the_sums_are_those_that_sha256sum_writes_itself(tmp_path: Path) -> None:
    disk(tmp_path / "media", FILES)
    for name, data in FILES.items():
        theirs = subprocess.run(
            ["sha256sum", "--", name], cwd=tmp_path / "media", capture_output=True, check=True
        ).stdout
        assert sums_line(hashlib.sha256(data).digest(), name).encode() == theirs


def test_the_facts_count_everything(tmp_path: Path) -> None:
    work = job(memory({"a": b"1", "b": b"22", "thumb": b"333"}), memory(name="target"), rows("a", "a", "b", "gone"))
    run.migrate(work)
    result = run.certificate(work, folder=tmp_path, move_id="m1")
    facts = json.loads((tmp_path / "certificate.json").read_text())
    assert facts["complete"] is result.complete is True
    assert facts["verified"] == {"files": 3, "bytes": 6}
    assert facts["fields"] == {
        FIELD: {"rows": 4, "files": 3, "bytes": 3, "verified": 2, "missing": 1, "out_of_reach": 0, "vanished": 0}
    }
    assert facts["unreferenced"] == {
        "rows": 0,
        "files": 1,
        "bytes": 3,
        "verified": 1,
        "missing": 0,
        "out_of_reach": 0,
        "vanished": 0,
    }
    assert facts["proofs"] == {"server-checked": 3}
    assert facts["merkle_root"] == result.root
    assert facts["exceptions"] == [
        {
            "name": "gone",
            "state": "MISSING_AT_BASELINE",
            "reason": "no such file at the source",
            "rows": {FIELD: 1},
        }
    ]
    assert facts["not_proved"]
    assert facts["source"].startswith("memory:")


@pytest.mark.parametrize(
    "state",
    [
        State.PENDING,
        State.COPIED,
        State.CONFLICT,
        State.UNREADABLE,
        State.NAME_INVALID_AT_TARGET,
        State.FAILED,
        State.OUT_OF_REACH,
        State.VANISHED,
    ],
)
def test_what_is_not_complete_is_not_called_complete(tmp_path: Path, state: State) -> None:
    result = certificate([verified("a"), not_moved("b", state)], tmp_path, SUBJECT)
    assert not result.complete
    assert result.reasons == (f"1 file is {state.name.lower().replace('_', ' ')}",)
    assert (tmp_path / "SHA256SUMS").read_text().endswith("  a\n")
    facts = json.loads((tmp_path / "certificate.json").read_text())
    assert facts["exceptions"][0]["state"] == state.name


@pytest.mark.parametrize("state", [State.MISSING_AT_BASELINE, State.SKIPPED, State.DELETED, State.ACCEPTED])
def test_what_was_never_to_be_moved_does_not_stand_against_it(tmp_path: Path, state: State) -> None:
    result = certificate([verified("a"), not_moved("b", state)], tmp_path, SUBJECT)
    assert result.complete
    assert result.states == {State.VERIFIED: Tally(1, 1), state: Tally(1, 5)}


def test_the_root_depends_on_every_name_size_and_digest(tmp_path: Path) -> None:
    roots = {
        certificate([verified(name, data)], tmp_path, SUBJECT).root
        for name, data in [("a", b"x"), ("b", b"x"), ("a", b"y"), ("a", b"xx")]
    }
    assert len(roots) == 4


def test_a_failure_leaves_the_old_certificate_alone(tmp_path: Path) -> None:
    certificate([verified("a")], tmp_path, SUBJECT)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def broken() -> Iterator[Recorded]:
        yield verified("a")
        yield verified("b")
        raise KeyError("the ledger is gone")

    with pytest.raises(KeyError):
        certificate(broken(), tmp_path, SUBJECT)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_names_that_are_no_text_do_not_break_it(tmp_path: Path) -> None:
    bad = NotCopied(Item("\udcff.jpg", "\udcff.jpg", 1, "f"), State.NAME_INVALID_AT_TARGET, "not text")
    journal = MemoryJournal()
    journal.record([bad])
    certificate(recorded_by_name(journal.recorded()), tmp_path, SUBJECT)
    facts = json.loads((tmp_path / "certificate.json").read_text())
    assert facts["exceptions"][0]["name"] == "\udcff.jpg"
