"""A probe finds out the rules of each service by trying, and chooses the protocol that is right there.

Each is probed as a service of which nothing is known: what is found is found, and not read from its data.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from medialift.conf import resolve
from medialift.providers import load_provider
from medialift.stores import open_store
from medialift.stores.bucket_settings import ReadsBucket, Silence
from medialift.stores.probe import Probed, Subject, Verdict, traits_of
from medialift.stores.probe.run import probe
from medialift.stores.probe.traits import broken_promises
from tests.matrix.services import SERVICES

YES, NO, IGNORED = Verdict.YES, Verdict.NO, Verdict.IGNORED
CAREFUL = load_provider("s3-compatible")
FOUND: Mapping[str, Mapping[Subject, Verdict]] = {
    "s3": {Subject.CREATE: YES, Subject.CREATE_PARTS: YES, Subject.UNEQUAL_PARTS: YES, Subject.KEYS: YES},
    "r2": {Subject.CREATE: YES, Subject.CREATE_PARTS: YES, Subject.UNEQUAL_PARTS: NO, Subject.KEYS: IGNORED},
    "b2": {Subject.CREATE: NO, Subject.CREATE_PARTS: NO, Subject.UNEQUAL_PARTS: YES, Subject.MISSING: NO},
    "supabase-s3": {Subject.CREATE: IGNORED, Subject.CREATE_PARTS: IGNORED, Subject.KEYS: NO},
}
CREATES: Mapping[str, tuple[bool, bool]] = {
    "s3": (True, True),
    "r2": (True, True),
    "b2": (False, False),
    "supabase-s3": (False, False),
}


@pytest.fixture(params=FOUND)
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def probed(name: str, request: pytest.FixtureRequest, provider: str) -> Probed:
    with SERVICES[name](request) as options:
        found = probe(resolve({**options, "provider": provider}, {}).spec, load_provider(provider))
    assert found is not None
    return found


def test_it_finds_the_rules_and_chooses_what_works(name: str, request: pytest.FixtureRequest) -> None:
    found = probed(name, request, "s3-compatible")
    told = {subject: found.verdict(subject) for subject in FOUND[name]}
    assert told == FOUND[name], found
    traits = traits_of(found, CAREFUL.traits)
    assert (traits.atomic_create, traits.atomic_multipart_create) == CREATES[name]
    assert found.left_behind == ()


def test_the_services_own_data_promises_nothing_that_it_breaks(name: str, request: pytest.FixtureRequest) -> None:
    known = load_provider(name).traits
    found = probed(name, request, name)
    # moto compares no digest of a body, whatever service it stands for.
    broken = [subject for subject in broken_promises(found, known) if subject.value not in known.checked_digests]
    assert broken == []


def test_what_a_service_does_not_have_is_not_applicable_and_no_fault(request: pytest.FixtureRequest) -> None:
    with SERVICES["r2"](request) as options:
        store = open_store(resolve(options, {}).spec)
        assert isinstance(store, ReadsBucket)
        settings = store.bucket_settings()
        store.close()
    absent = (settings.versioning, settings.public_access_block, settings.ownership)
    assert absent == (Silence.NOT_IMPLEMENTED,) * 3
    assert settings.cors is Silence.NOT_CONFIGURED
