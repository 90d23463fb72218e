"""A whole move to Cloudinary and back: the same bytes under the same names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from medialift.errors import ThrottledError
from medialift.move import run
from medialift.move.memory_journal import MemoryJournal
from medialift.providers import load_provider
from medialift.stores.cloudinary import CloudinaryStore
from medialift.stores.spec import ApiKeys, Credentials, Delivery, Secret, StoreSpec
from medialift.stores.supabase import SupabaseStore
from medialift.testing.cloudinary import Account, CloudinaryServer
from medialift.testing.contract.bodies import pattern
from medialift.testing.supabase import SupabaseServer
from medialift.types import Proof
from tests.move.clouds import ThereAndBack, sums
from tests.move.worlds import disk, job, rows
from tests.servers.hours import wait_for_a_whole_test

JPEG, MP4 = b"\xff\xd8\xff\xe0", b"\0\0\0\x20ftypisom"
FILES: Mapping[str, bytes] = {
    "été 日本 (1)~?.jpg": JPEG + pattern(5_000, 1),
    "cafe\u0301.txt": b"decomposed",
    "caf\u00e9.txt": b"composed",
    'a%41#[x]{y}|z^`\\"<>+&.txt': b"all that the alphabet leaves out",
    "album/=e9;.jpg": JPEG + b"a name that looks escaped",
    "v1/cat.jpg": JPEG + b"a folder that reads as a version",
    " outer /cat.jpg ": b"spaces at the ends",
    "cat.jpg": JPEG + b"small",
    "cat.JPG": JPEG + b"large",
    "cat.png": b"\x89PNG\r\n\x1a\n of the same stem",
    "cat": b"and one without",
    "broken.jpg": b"no image at all",
    "empty.txt": b"",
    "empty.jpg": b"",
    "report.pdf": b"%PDF-1.7 withheld by the CDN",
    "film.mp4": MP4 + pattern(20_000_001, 2),
    "broken.mp4": pattern(20_000_001, 3),
}


@pytest.fixture(params=["upload", "authenticated"])
def target(request: pytest.FixtureRequest) -> Iterator[CloudinaryStore]:
    with CloudinaryServer(
        Account(distinct_versions=True, largest=dict.fromkeys(("image", "video", "raw"), 2**30))
    ) as server:
        keys = Credentials(server.account.key, Secret(server.account.secret))
        delivery = Delivery(request.param)
        spec = StoreSpec(
            "cloudinary", "demo-cloud", "sites/a", endpoint_url=server.url, credentials=keys, delivery=delivery
        )
        store = CloudinaryStore(spec, load_provider("cloudinary"))
        yield store
        store.close()


class TestCloudinary(ThereAndBack):
    FILES = FILES


def test_every_file_is_proved_by_the_md5_that_the_service_tells(tmp_path: Path, target: CloudinaryStore) -> None:
    journal = MemoryJournal()
    run.copy(job(disk(tmp_path / "media", FILES), target, rows(*FILES), journal=journal))
    assert {evidence.proof for evidence in journal.evidence()} == {Proof.ETAG_MD5}


def test_a_second_run_sends_nothing_and_fetches_nothing(tmp_path: Path, target: CloudinaryStore) -> None:
    """Listings tell no MD5: it is asked for, and spares the download."""
    source = disk(tmp_path / "media", FILES)
    run.migrate(job(source, target, rows(*FILES)))
    journal = MemoryJournal()
    again = run.migrate(job(source, target, rows(*FILES), journal=journal))
    assert (again.copy.copied.files, again.copy.adopted.files) == (0, len(FILES))
    assert {evidence.proof for evidence in journal.evidence()} == {Proof.ETAG_MD5}


def test_what_was_changed_at_the_target_is_found(tmp_path: Path, target: CloudinaryStore) -> None:
    journal = MemoryJournal()
    a_job = job(disk(tmp_path / "media", FILES), target, rows(*FILES), journal=journal)
    run.migrate(a_job)
    target.put("cat.jpg", JPEG + b"other")
    target.put("report.pdf", b"shorter")
    target.delete("cat.png")
    result = run.verify(a_job)
    assert {verdict.name for verdict in result.failures} == {"cat.jpg", "report.pdf", "cat.png"}
    assert result.reread == 1, "the one of another version and of the same size"


def test_between_two_clouds_every_byte_stays_the_same(tmp_path: Path, target: CloudinaryStore) -> None:
    source, home = disk(tmp_path / "media", FILES), disk(tmp_path / "home")
    with SupabaseServer() as server:
        server.project.make_bucket("media")
        keys = ApiKeys(service_key=Secret(server.project.service_key))
        spec = StoreSpec("supabase", "media", endpoint_url=server.url, api_keys=keys)
        between = SupabaseStore(spec, load_provider("supabase"))
        for here, there in ((source, between), (between, target), (target, home)):
            assert run.migrate(job(here, there, rows(*FILES))).complete
        between.close()
    assert sums(tmp_path / "home") == sums(tmp_path / "media")


def test_an_hour_without_listings_stops_a_move_and_loses_nothing(tmp_path: Path) -> None:
    """One listing of the target takes three of the counted requests, and a move lists it twice."""
    wait_for_a_whole_test()
    account = Account(admin_limit=8)
    with CloudinaryServer(account) as server:
        keys = Credentials(account.key, Secret(account.secret))
        spec = StoreSpec("cloudinary", "demo-cloud", "a", endpoint_url=server.url, credentials=keys)
        store = CloudinaryStore(spec, load_provider("cloudinary"))
        files = {name: data for name, data in FILES.items() if len(data) < 1_000_000}
        journal = MemoryJournal()
        a_job = job(disk(tmp_path / "media", files), store, rows(*files), journal=journal)
        with pytest.raises(ThrottledError) as caught:
            run.migrate(a_job)
        assert "what was done stays done" in caught.value.hint
        assert len(account.assets) == len(files)
        uploaded = dict(account.assets)
        account.admin_calls.clear()
        assert run.migrate(a_job).complete
        assert account.assets == uploaded, "nothing was sent again"
        store.close()


def test_a_backup_first_holds_every_file(tmp_path: Path, target: CloudinaryStore) -> None:
    source = disk(tmp_path / "media", FILES)
    assert run.migrate(job(source, target, rows(*FILES)), backup_to=tmp_path / "backup").complete
    assert set(sums(tmp_path / "media").values()) <= set(sums(tmp_path / "backup").values())
