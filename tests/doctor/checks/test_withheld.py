from __future__ import annotations

from collections.abc import Iterator

import pytest

from medialift.doctor.check import Outcome, State
from medialift.doctor.run import examine_store
from medialift.doctor.site import SiteFacts
from medialift.providers import load_provider
from medialift.stores.cloudinary import CloudinaryStore
from medialift.stores.memory import MemoryStore
from medialift.stores.spec import Credentials, Delivery, Secret, StoreSpec
from medialift.testing.cloudinary import Account, CloudinaryServer
from tests.doctor.conftest import PUBLIC, SITE, ids_of, the_finding

ACCESS = {"upload": PUBLIC, "authenticated": SITE}


@pytest.fixture(params=["as a new account", "as set"])
def server(request: pytest.FixtureRequest) -> Iterator[CloudinaryServer]:
    with CloudinaryServer(Account(withholds=request.param == "as a new account")) as server:
        yield server


def store_at(server: CloudinaryServer, type: str) -> CloudinaryStore:
    spec = StoreSpec(
        "cloudinary",
        server.account.cloud,
        endpoint_url=server.url,
        credentials=Credentials(server.account.key, Secret(server.account.secret)),
        custom_domain=server.host,
        url_protocol="http",
        delivery=Delivery(type),
    )
    return CloudinaryStore(spec, load_provider("cloudinary"))


def examined(server: CloudinaryServer, type: str, facts: SiteFacts | None = None) -> list[Outcome]:
    store = store_at(server, type)
    try:
        return list(examine_store(facts or ACCESS[type], "cloud", store))
    finally:
        store.close()


def test_pdfs_and_archives_that_are_not_delivered_are_found(server: CloudinaryServer) -> None:
    outcomes = examined(server, "upload")
    if not server.account.withholds:
        assert ids_of(outcomes) == []
        return
    assert ids_of(outcomes) == ["W063"]
    said = the_finding(outcomes)
    assert "pdf, rar, tgz, zip" in said
    assert "answers 401" in said
    assert "Settings → Security" in said


def test_private_files_come_by_the_api(server: CloudinaryServer) -> None:
    assert ids_of(examined(server, "authenticated")) == []


def test_private_files_that_everybody_may_read_are_found(server: CloudinaryServer) -> None:
    """The addresses are signed, and the assets are public."""
    assert ids_of(examined(server, "upload", SITE)) == ["E027"]


def test_nothing_is_left_behind(server: CloudinaryServer) -> None:
    examined(server, "upload")
    assert server.account.assets == {}


def test_it_makes_no_sense_elsewhere() -> None:
    outcomes = list(examine_store(SITE, "cloud", MemoryStore("m")))
    assert "W063" in ids_of(outcomes, State.NOT_APPLICABLE)
