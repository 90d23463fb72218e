from __future__ import annotations

import pytest

from medialift.doctor.run import examine_site
from medialift.doctor.site import SiteFacts, StorageFacts
from medialift.types import StoreIdentity
from tests.doctor.conftest import ids_of


def at(prefix: str, bucket: str = "site") -> StoreIdentity:
    return StoreIdentity("s3", bucket, prefix)


@pytest.mark.parametrize(
    ("static", "found"),
    [(at("media"), True), (at("media/static"), True), (at(""), True), (at("static"), False), (at("media", "b"), False)],
)
def test_one_place_for_both_is_found(static: StoreIdentity, found: bool) -> None:
    facts = SiteFacts(storages={"cloud": StorageFacts("cloud", identity=at("media"))}, static=static)
    assert ids_of(list(examine_site(facts))) == (["W034"] if found else [])
