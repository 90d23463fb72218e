"""The probe finds out what a project's server does otherwise than the one that was measured, and leaves nothing."""

from __future__ import annotations

import dataclasses
import threading

import pytest

from medialift.errors import AccessDeniedError
from medialift.providers import load_provider
from medialift.stores.probe import CanBeProbed, Subject, Verdict
from medialift.stores.probe.traits import broken_promises
from medialift.stores.spec import ApiKeys, Secret
from medialift.stores.supabase import SupabaseStore
from medialift.testing.supabase import SupabaseServer
from medialift.types import Stored
from tests.stores.supabase.conftest import opened, spec_of

ASKED = (
    Subject.ETAG, Subject.HEADERS, Subject.MISSING, Subject.KEYS, Subject.ORDER, Subject.SIGNED_URL, Subject.PUBLIC,
    Subject.DELETE_MANY,
)  # fmt: skip


def names(server: SupabaseServer, bucket: str) -> list[str]:
    return [name for place, name in server.project.objects if place == bucket]


@pytest.mark.parametrize(("is_public", "public"), [(True, Verdict.YES), (False, Verdict.NO)])
def test_a_server_that_does_what_was_measured_keeps_every_promise(is_public: bool, public: Verdict) -> None:
    with SupabaseServer() as server:
        server.project.make_bucket("media", public=is_public, allowed_mime_types=["image/*"])
        store = opened(spec_of(server, "media"))
        assert isinstance(store, CanBeProbed)
        probed = store.probe()
        assert probed is not None
        assert tuple(finding.subject for finding in probed.findings) == ASKED
        verdicts = {finding.subject: finding.verdict for finding in probed.findings}
        assert verdicts == {**dict.fromkeys(ASKED, Verdict.YES), Subject.PUBLIC: public}
        assert broken_promises(probed, load_provider("supabase").traits) == ()
        assert store.as_probed(probed).traits == store.traits
        assert (names(server, "media"), probed.left_behind) == ([], ())
        assert 15 <= probed.requests <= 35
        store.close()


def test_what_differs_is_told(store: SupabaseStore, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, listed = store.put, store.list
    monkeypatch.setattr(store, "put", lambda *args, **more: told_otherwise(kept(*args, **more)))
    monkeypatch.setattr(store, "list", lambda prefix: reversed(list(listed(prefix))))
    probed = store.probe()
    assert probed is not None
    assert broken_promises(probed, load_provider("supabase").traits) == (Subject.ETAG, Subject.ORDER)
    assert not store.as_probed(probed).traits.sorted_listing


def told_otherwise(stored: Stored) -> Stored:
    return dataclasses.replace(stored, etag="0" * 32)


def test_one_that_is_stopped_leaves_nothing(supabase: SupabaseServer, bucket: str, store: SupabaseStore) -> None:
    stop, put = threading.Event(), store.put

    def then_stop(*arguments: object, **more: object) -> object:
        stop.set()
        return put(*arguments, **more)  # type: ignore[arg-type]

    store.put = then_stop  # type: ignore[method-assign, assignment]
    assert store.probe(stop=stop) is None
    assert names(supabase, bucket) == []


def test_a_key_that_may_not_write_says_so(supabase: SupabaseServer, bucket: str) -> None:
    store = opened(spec_of(supabase, bucket, api_keys=ApiKeys(api_key=Secret(supabase.project.anon_key))))
    with pytest.raises(AccessDeniedError, match="row-level security"):
        store.probe()
    store.close()
