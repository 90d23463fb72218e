"""The probe finds out what an account does otherwise than the pages say, and leaves nothing."""

from __future__ import annotations

import threading

import pytest

from medialift.errors import CredentialsError, DigestMismatchError
from medialift.providers import load_provider
from medialift.stores.cloudinary import CloudinaryStore
from medialift.stores.probe import CanBeProbed, Subject, Verdict
from medialift.stores.probe.traits import broken_promises
from medialift.stores.spec import Credentials, Delivery, Secret
from medialift.testing.cloudinary import Asset, CloudinaryServer
from medialift.types import ETag
from tests.stores.cloudinary.conftest import account, opened, spec_of

ASKED = (
    Subject.ETAG, Subject.MISSING, Subject.KEYS, Subject.SIGNED_URL, Subject.PUBLIC, Subject.DELETE_MANY,
)  # fmt: skip


def store_at(server: CloudinaryServer, type: str = "upload", **changes: object) -> CloudinaryStore:
    return opened(spec_of(server, "media", delivery=Delivery(type), **changes))


@pytest.mark.parametrize(("type", "public"), [("upload", Verdict.YES), ("authenticated", Verdict.NO)])
def test_an_account_that_does_what_is_written_keeps_every_promise(type: str, public: Verdict) -> None:
    with CloudinaryServer(account()) as server:
        store = store_at(server, type)
        assert isinstance(store, CanBeProbed)
        probed = store.probe()
        assert probed is not None
        assert tuple(finding.subject for finding in probed.findings) == ASKED
        verdicts = {finding.subject: finding.verdict for finding in probed.findings}
        assert verdicts == {**dict.fromkeys(ASKED, Verdict.YES), Subject.PUBLIC: public}
        assert broken_promises(probed, load_provider("cloudinary").traits) == ()
        assert store.as_probed(probed).traits == store.traits
        assert (server.account.assets, probed.left_behind) == ({}, ())
        assert 10 <= probed.requests <= 25
        store.as_probed(probed).close()


def test_an_account_whose_answers_are_no_md5s_is_read_back_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Asset, "etag", property(lambda asset: f"v{asset.version}"))
    with CloudinaryServer(account()) as server:
        store = store_at(server)
        probed = store.probe()
        assert probed is not None
        assert broken_promises(probed, load_provider("cloudinary").traits) == (Subject.ETAG,)
        assert store.as_probed(probed).traits.etag is ETag.OPAQUE


def test_an_account_that_changes_images_is_told_with_what_to_do() -> None:
    with CloudinaryServer(account(incoming=lambda data: data + b"optimised")) as server:
        with pytest.raises(DigestMismatchError) as caught:
            store_at(server).probe()
        assert "Upload presets" in caught.value.hint
        assert server.account.assets == {}


def test_one_that_is_stopped_leaves_nothing() -> None:
    with CloudinaryServer(account()) as server:
        stop = threading.Event()
        store = store_at(server)
        put = store.put

        def then_stop(*arguments: object, **more: object) -> object:
            stop.set()
            return put(*arguments, **more)  # type: ignore[arg-type]

        store.put = then_stop  # type: ignore[method-assign, assignment]
        assert store.probe(stop=stop) is None
        assert server.account.assets == {}


def test_a_store_that_cannot_be_written_to_says_so() -> None:
    with CloudinaryServer(account()) as server:
        store = store_at(server, credentials=Credentials(server.account.key, Secret("wrong")))
        with pytest.raises(CredentialsError):
            store.probe()


def test_what_the_hour_does_not_allow_is_unknown_and_everything_is_removed() -> None:
    with CloudinaryServer(account(admin_limit=0)) as server:
        probed = store_at(server).probe()
        assert probed is not None
        assert probed.verdict(Subject.KEYS) is Verdict.UNKNOWN
        assert (server.account.assets, probed.left_behind) == ({}, ())
