"""What the target would refuse is told by the plan, before anything is sent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from medialift.errors import UnavailableError
from medialift.move import run
from medialift.move.limits import type_of
from medialift.move.summary import Names
from medialift.providers import load_provider
from medialift.stores.base import capability
from medialift.stores.cloudinary import CloudinaryStore
from medialift.stores.limits import TellsLimits
from medialift.stores.spec import ApiKeys, Credentials, Secret, StoreSpec
from medialift.stores.supabase import SupabaseStore
from medialift.stores.wrappers.readonly import ReadOnlyStore
from medialift.testing.cloudinary import Account, CloudinaryServer
from medialift.testing.supabase import SupabaseServer
from medialift.types import State
from tests.move.worlds import disk, job, rows

SIZES = {"cat.jpg": 900, "large.jpg": 1001, "film.mp4": 5000, "giant.mp4": 5001, "notes": 2001, "scan.pdf": 1001}
FILES = {name: bytes(size) for name, size in SIZES.items()}


def counted(found: dict[str, Names]) -> dict[str, list[str]]:
    return {reason: names.first for reason, names in found.items()}


class TestCloudinary:
    @pytest.fixture
    def account(self) -> Account:
        return Account(largest={"image": 1000, "video": 5000, "raw": 2000})

    @pytest.fixture
    def target(self, account: Account) -> Iterator[CloudinaryStore]:
        with CloudinaryServer(account) as server:
            keys = Credentials(account.key, Secret(account.secret))
            spec = StoreSpec("cloudinary", "demo-cloud", "a", endpoint_url=server.url, credentials=keys)
            store = CloudinaryStore(spec, load_provider("cloudinary"))
            yield store
            store.close()

    def test_the_plans_limits_are_told_by_kind(self, tmp_path: Path, target: CloudinaryStore) -> None:
        found = run.plan(job(disk(tmp_path / "media", FILES), target, rows(*FILES)))
        assert counted(found.refused) == {
            "the account's plan takes images of up to 1,000 bytes": ["large.jpg"],
            "the account's plan takes videos of up to 5,000 bytes": ["giant.mp4"],
            "the account's plan takes other files of up to 2,000 bytes": ["notes"],
        }
        assert not found.doubted

    def test_asking_costs_one_call_of_the_admin_api(self, account: Account, target: CloudinaryStore) -> None:
        target.limits()
        assert sum(account.admin_calls.values()) == 1

    def test_what_is_there_already_is_not_judged(
        self, tmp_path: Path, target: CloudinaryStore, account: Account
    ) -> None:
        account.largest = dict.fromkeys(account.largest, 10_000)
        source = disk(tmp_path / "media", {"large.jpg": b"\xff\xd8\xff\xe0" + bytes(1001)})
        journal = job(source, target, rows("large.jpg")).journal
        assert run.migrate(job(source, target, rows("large.jpg"), journal=journal)).states.keys() == {State.VERIFIED}
        account.largest = dict.fromkeys(account.largest, 10)
        assert not run.plan(job(source, target, rows("large.jpg"), journal=journal)).refused

    def test_a_target_that_does_not_answer_stops_no_plan(
        self, tmp_path: Path, target: CloudinaryStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def no_answer(store: CloudinaryStore) -> NoReturn:
            raise UnavailableError("no answer")

        monkeypatch.setattr(CloudinaryStore, "limits", no_answer)
        found = run.plan(job(disk(tmp_path / "media", FILES), target, rows(*FILES)))
        assert (found.to_copy.files, found.refused, found.doubted) == (len(FILES), {}, {})


class TestSupabase:
    @pytest.fixture
    def server(self) -> Iterator[SupabaseServer]:
        with SupabaseServer() as server:
            yield server

    def opened(self, server: SupabaseServer, keys: ApiKeys | None = None) -> SupabaseStore:
        keys = keys or ApiKeys(service_key=Secret(server.project.service_key))
        spec = StoreSpec("supabase", "media", endpoint_url=server.url, api_keys=keys)
        return SupabaseStore(spec, load_provider("supabase"))

    def test_the_buckets_limits_are_told(self, tmp_path: Path, server: SupabaseServer) -> None:
        server.project.make_bucket("media", file_size_limit=2000, allowed_mime_types=["image/*", "application/pdf"])
        target = self.opened(server)
        files = {**FILES, "notes.txt": b"1"}
        source = disk(tmp_path / "media", files)
        found = run.plan(job(source, target, rows(*files)))
        assert counted(found.refused) == {
            "the bucket 'media' takes files of up to 2,000 bytes": ["film.mp4", "giant.mp4", "notes"],
            "the bucket 'media' does not take text/plain": ["notes.txt"],
        }
        moved = run.migrate(job(source, target, rows(*files)))
        refused = {name for names in found.refused.values() for name in names.first}
        assert moved.states[State.VERIFIED].files == len(files) - len(refused), "the plan and the move agree"
        target.close()

    def test_the_projects_own_limit_cannot_be_seen_and_that_is_said(
        self, tmp_path: Path, server: SupabaseServer
    ) -> None:
        server.project.make_bucket("media")
        source = disk(tmp_path / "media", {"small.mp4": b"1", "film.mp4": b"1"})
        os.truncate(tmp_path / "media" / "film.mp4", 50_000_001)
        target = self.opened(server)
        found = run.plan(job(source, target, rows("small.mp4", "film.mp4")))
        assert not found.refused
        ((reason, names),) = found.doubted.items()
        assert "told to no API key" in reason
        assert names.first == ["film.mp4"]
        target.close()

    def test_a_bucket_that_these_keys_may_not_see_has_no_known_limit(self, server: SupabaseServer) -> None:
        server.project.make_bucket("media", file_size_limit=10)
        keys = ApiKeys(api_key=Secret(server.project.anon_key), user_token=Secret(server.project.user_token()))
        target = self.opened(server, keys)
        assert target.limits().refusal("a", 11, None) == ""
        target.close()

    def test_a_reader_may_ask(self, server: SupabaseServer) -> None:
        server.project.make_bucket("media", file_size_limit=10)
        target = self.opened(server)
        teller = capability(ReadOnlyStore(target), TellsLimits)
        assert teller is not None
        assert teller.limits().refusal("a", 11, None)
        target.close()


@pytest.mark.parametrize(("name", "told"), [("a.jpg", "image/jpeg"), ("a", None), (".jpg", None), ("a.unknown", None)])
def test_a_type_is_told_by_the_name_as_the_copy_does_or_not_at_all(name: str, told: str | None) -> None:
    assert type_of(name) == told
