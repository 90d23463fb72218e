from __future__ import annotations

import pytest

from medialift.doctor.check import State
from medialift.doctor.checks import outside
from medialift.doctor.visit import Visit
from medialift.stores.memory import MemoryStore
from medialift.types import StoreIdentity
from tests.doctor.conftest import OBJECTS, Bucket, examine, ids_of, the_finding


def test_a_key_with_far_too_much_is_found(healthy: Bucket) -> None:
    outcomes = examine(healthy.store(healthy.owner))
    assert ids_of(outcomes) == ["W019"]
    assert "may list and write outside media/" in the_finding(outcomes)
    assert healthy.contents() == []


def test_listing_the_whole_bucket_is_too_much(healthy: Bucket) -> None:
    everything = healthy.may_list()
    del everything["Condition"]
    healthy.allow(everything, healthy.may_use(), healthy.may_know())
    outcomes = examine(healthy.store())
    assert ids_of(outcomes) == ["W019"]
    assert "may list outside" in the_finding(outcomes)


@pytest.mark.parametrize("actions", [OBJECTS, ["s3:PutObject"]], ids=["all", "put alone"])
def test_writing_beside_the_prefix_is_too_much(actions: list[str], healthy: Bucket) -> None:
    healthy.allow(healthy.may_list(), healthy.may_use(), healthy.may_use(actions, folder=""), healthy.may_know())
    outcomes = examine(healthy.store())
    assert ids_of(outcomes) == ["W019"]
    assert "may write outside" in the_finding(outcomes)


def test_a_store_without_a_prefix_has_no_outside(healthy: Bucket) -> None:
    healthy.allow(healthy.may_list(Condition={}), healthy.may_use(folder=""), healthy.may_know())
    store = healthy.store().at_prefix("")
    assert "W019" in ids_of(examine(store), State.NOT_APPLICABLE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("provider", "said"),
    [
        ("ceph", "arn:aws:s3:::"),
        ("b2", "Make a key for this prefix alone: python manage.py medialift policy app cloud"),
        ("supabase", "give the media a bucket of their own"),
        ("cloudinary", "an environment of their own"),
        ("s3-compatible", "if the service can"),
    ],
)
def test_the_hint_is_what_the_provider_can_do(provider: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore("media")
    monkeypatch.setattr(store, "identity", StoreIdentity(provider, "pics", "media"))
    assert said in outside._how(Visit("cloud", store))
