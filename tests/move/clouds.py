"""What a move to a hosted service has to show, whichever service it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from medialift.keys import key_for
from medialift.move import run
from medialift.move.memory_journal import MemoryJournal
from medialift.stores.base import ObjectStore
from medialift.types import State
from tests.move.worlds import disk, job, rows


def sums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file, by its path: what ``SHA256SUMS`` holds."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


class ThereAndBack:
    """``FILES`` to the fixture ``target``, and home: the same bytes under the same names."""

    FILES: Mapping[str, bytes]

    def test_the_bytes_come_back_as_they_went(self, tmp_path: Path, target: ObjectStore) -> None:
        source, home = disk(tmp_path / "media", self.FILES), disk(tmp_path / "home")
        there = run.migrate(job(source, target, rows(*self.FILES)))
        assert (there.complete, set(there.states)) == (True, {State.VERIFIED})
        assert {info.key for info in target.list()} == {key_for(name, target.traits.key_rules) for name in self.FILES}
        again = run.migrate(job(target, home, rows(*self.FILES)))
        assert (again.complete, set(again.states)) == (True, {State.VERIFIED})
        assert sums(tmp_path / "home") == sums(tmp_path / "media")
        assert len(sums(tmp_path / "home")) == len(self.FILES)

    def test_the_way_back_needs_nothing_but_the_ledger(self, tmp_path: Path, target: ObjectStore) -> None:
        forward = MemoryJournal()
        run.migrate(job(disk(tmp_path / "media", self.FILES), target, rows(*self.FILES), journal=forward))
        home = disk(tmp_path / "home")
        assert run.back(job(target, home, rows(*self.FILES)), forward, move_id="m1").complete
        assert sums(tmp_path / "home") == sums(tmp_path / "media")
