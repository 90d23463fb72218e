"""Everything that runs on stand-ins, on real accounts: skipped in plain sight without one.

::

    MEDIALIFT_TEST_R2="r2://bucket/tests?account_id=…" R2_ACCESS_KEY_ID=… R2_SECRET_ACCESS_KEY=… \
        python -m pytest tests/live -k r2

Several variables at once run several providers, and moves between them.
"""

from __future__ import annotations

import itertools
import os
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from medialift.providers import load_provider
from medialift.storage import MediaStorage
from medialift.stores import open_store
from medialift.stores.base import ObjectStore, Signs, capability
from medialift.stores.probe import CanBeProbed, Probed
from medialift.stores.probe.traits import broken_promises
from medialift.testing.contract import StoreContract
from medialift.testing.contract.abilities import key_for_urls
from tests.live.places import GIVEN, LIVE, emptied, empty, spec_of, variable
from tests.matrix.test_moves import FILES, contents, moved
from tests.move.worlds import disk
from tests.uploads.conftest import WITH_USERS, any_file, signed_in, using
from tests.uploads.ways import brought


@pytest.fixture(params=LIVE)
def provider(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def store(provider: str) -> Iterator[ObjectStore]:
    with emptied(spec_of(provider)) as opened:
        yield opened


class TestContract(StoreContract):
    """Every obligation of a store."""

    def test_a_signed_url_names_the_object_and_no_secret(self, store: ObjectStore, secrets: tuple[str, ...]) -> None:
        """A service that is asked to sign signs only what exists."""
        store.put(key_for_urls(store), b"x")
        super().test_a_signed_url_names_the_object_and_no_secret(store, secrets)

    @pytest.fixture(params=GIVEN or LIVE[:1])  # hundreds of skips for each of the others would say nothing more
    def store(self, request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
        with emptied(spec_of(request.param)) as opened:
            yield opened


def test_the_data_of_the_provider_promise_nothing_that_it_breaks(store: ObjectStore, provider: str) -> None:
    if not isinstance(store, CanBeProbed):
        pytest.skip("this kind of store is not probed")
    found = store.probe()
    assert isinstance(found, Probed)
    assert broken_promises(found, load_provider(provider).traits) == (), found
    assert found.left_behind == ()


def test_a_site_saves_shows_and_deletes(store: ObjectStore) -> None:
    storage = MediaStorage.over(store)
    names = [storage.save("été 日本 (1)~.txt", ContentFile(body)) for body in (b"one", b"two")]
    assert len(set(names)) == 2
    assert [storage.open(name).read() for name in names] == [b"one", b"two"]
    assert sorted(storage.listdir("")[1]) == sorted(names)
    if capability(store, Signs) is not None:
        with urllib.request.urlopen(storage.url(names[0])) as answer:
            assert answer.read() == b"one"
    for name in names:
        storage.delete(name)
        assert not storage.exists(name)


@pytest.mark.django_db
@pytest.mark.urls("tests.uploads.urlconf")
@pytest.mark.parametrize("size", [1, 5000, 20_000_001])
def test_browsers_send_files_there(store: ObjectStore, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a plain HTTP client in a browser's place: in one request, in parts, by tus, in chunks."""
    any_file(monkeypatch)
    using(MediaStorage.over(store), monkeypatch)
    data = os.urandom(size)
    with WITH_USERS:
        assert brought(signed_in("ann"), data)[1] == data


def test_a_site_moves_there_and_home_again(store: ObjectStore, tmp_path: Path) -> None:
    there = moved(disk(tmp_path / "media", FILES), store, tmp_path / "there")
    assert moved(store, disk(tmp_path / "home"), tmp_path / "back") == there
    assert contents(tmp_path / "home") == FILES


def test_files_go_on_from_account_to_account_and_home(tmp_path: Path) -> None:
    accounts = [provider for provider in LIVE if os.environ.get(variable(provider))]
    if len(accounts) < 2:
        pytest.skip(f"needs two accounts: set two of {', '.join(map(variable, LIVE))}")
    with ExitStack() as stack:
        places = [stack.enter_context(emptied(spec_of(provider))) for provider in accounts]
        line = [disk(tmp_path / "media", FILES), *places, disk(tmp_path / "home")]
        legs = enumerate(itertools.pairwise(line))
        assert len({moved(here, there, tmp_path / str(number)) for number, (here, there) in legs}) == 1
    assert contents(tmp_path / "home") == FILES


def test_nothing_is_left(provider: str) -> None:
    """Of the cleaning itself: everything that was written is gone, and what lies beside it is there."""
    spec = spec_of(provider)
    store = open_store(spec)
    store.put("a/b.txt", b"1")
    empty(store)
    assert list(store.list()) == []
    store.close()
