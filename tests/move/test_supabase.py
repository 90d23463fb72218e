"""A whole move to Supabase and back: the same bytes under the same names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from medialift.move import run
from medialift.move.memory_journal import MemoryJournal
from medialift.providers import load_provider
from medialift.stores.spec import ApiKeys, Secret, StoreSpec
from medialift.stores.supabase import SupabaseStore
from medialift.testing.contract.bodies import pattern
from medialift.testing.supabase import Project, SupabaseServer
from medialift.types import Proof
from tests.move.clouds import ThereAndBack
from tests.move.worlds import disk, job, rows

FILES: Mapping[str, bytes] = {
    "été 日本 (1)~?.jpg": pattern(5_000, 1),
    "cafe\u0301.txt": b"decomposed",
    "caf\u00e9.txt": b"composed",
    'a%41#[x]{y}|z^`\\"<>.txt': b"all that the alphabet leaves out",
    "album/=e9;.jpg": b"a name that looks escaped",
    "empty/.emptyFolderPlaceholder": b"not empty",
    "empty.txt": b"",
    "Cat.jpg": b"large",
    "cat.jpg": b"small",
    "film.mp4": pattern(7 * 1024 * 1024, 2),
}


@pytest.fixture(params=["hosted", "on a disk"])
def target(request: pytest.FixtureRequest) -> Iterator[SupabaseStore]:
    with SupabaseServer(Project(hosted=request.param == "hosted")) as server:
        server.project.make_bucket("media")
        keys = ApiKeys(service_key=Secret(server.project.service_key))
        spec = StoreSpec("supabase", "media", "sites/a", endpoint_url=server.url, api_keys=keys)
        store = SupabaseStore(spec, load_provider("supabase"))
        yield store
        store.close()


class TestSupabase(ThereAndBack):
    FILES = FILES


def test_small_files_are_proved_by_their_etag_and_large_ones_as_far_as_it_speaks(
    tmp_path: Path, target: SupabaseStore
) -> None:
    journal = MemoryJournal()
    run.copy(job(disk(tmp_path / "media", FILES), target, rows(*FILES), journal=journal))
    proofs = {evidence.name: evidence.proof for evidence in journal.evidence()}
    is_hosted = "-" in (target.head("film.mp4").etag or "")
    assert proofs.pop("film.mp4") is (Proof.READ_BACK if is_hosted else Proof.ETAG_MD5)
    assert set(proofs.values()) == {Proof.ETAG_MD5}


def test_a_second_run_sends_nothing(tmp_path: Path, target: SupabaseStore) -> None:
    source = disk(tmp_path / "media", FILES)
    run.migrate(job(source, target, rows(*FILES)))
    again = run.migrate(job(source, target, rows(*FILES)))
    assert (again.copy.copied.files, again.copy.adopted.files) == (0, len(FILES))
