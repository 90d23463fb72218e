"""What a browser may send to a cloud with a signature, and the new name that follows. The official SDK is the judge."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta, timezone
from typing import Any
from unittest import mock

import pytest
from cloudinary import utils

from medialift.errors import AlreadyExistsError, NotFoundError, PreconditionError
from medialift.stores.base import capability
from medialift.stores.cloudinary import CloudinaryStore
from medialift.stores.cloudinary import uploads as uploading
from medialift.stores.spec import StoreSpec
from medialift.stores.uploading import ChunkedForms, DirectUpload, Moves, TellsByExtension
from medialift.stores.wrappers.readonly import ReadOnlyStore
from medialift.testing.cloudinary import CloudinaryServer
from tests.servers.proxy import FaultProxy
from tests.stores.cloudinary.conftest import JPEG, PNG, opened, spec_of
from tests.stores.s3.test_uploads import HOUR, sent

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
KEY = "medialift-incoming/a (1) b.jpg"


def asked(store: CloudinaryStore, key: str = KEY, **wishes: Any) -> Any:
    return store.upload_request(key, **{"size": len(JPEG), "content_type": "image/jpeg", "expires": HOUR, **wishes})


def test_a_file_arrives_as_what_its_extension_says(store: CloudinaryStore) -> None:
    assert sent(asked(store), JPEG) == 200
    assert store.head(KEY).size == len(JPEG)
    with store.get(KEY) as download:
        assert download.read() == JPEG


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_the_signature_is_that_of_the_official_sdk(cloudinary: CloudinaryServer, algorithm: str) -> None:
    plain = spec_of(cloudinary, "x = y")
    store = opened(plain, delivery=dataclasses.replace(plain.delivery, algorithm=algorithm))
    fields = dict(asked(store, now=NOW).fields)
    signature, secret = fields.pop("signature"), cloudinary.account.secret
    assert fields.pop("api_key") == cloudinary.account.key
    assert signature == utils.api_sign_request(fields, secret, algorithm)
    assert fields["timestamp"] == str(int(NOW.timestamp()))


@pytest.mark.parametrize("change", [{"public_id": "elsewhere.jpg"}, {"overwrite": "1"}, {"type": "private"}])
def test_a_form_is_for_one_key_and_replaces_nothing(store: CloudinaryStore, change: dict[str, str]) -> None:
    assert sent(asked(store), JPEG, **change) == 401
    assert list(store.list()) == []


def test_what_is_there_is_kept(store: CloudinaryStore) -> None:
    request = asked(store)
    assert sent(request, JPEG) == 200
    assert sent(request, JPEG + b"another") == 200
    assert store.head(KEY).size == len(JPEG)


def test_a_form_ends(store: CloudinaryStore) -> None:
    now = datetime.now(timezone.utc)
    assert sent(asked(store, now=now - timedelta(minutes=6), expires=timedelta(minutes=5)), JPEG) == 400
    assert sent(asked(store, now=now - timedelta(minutes=4), expires=timedelta(minutes=5)), JPEG) == 200
    for wrong in (timedelta(hours=2), timedelta(0)):
        with pytest.raises(ValueError, match="can live"):
            asked(store, expires=wrong)


def test_it_costs_no_request_and_prints_no_signature(store_behind: CloudinaryStore, proxy: FaultProxy) -> None:
    request = asked(store_behind)
    assert proxy.requests == []
    assert request.fields["signature"] not in repr(request)


def test_only_what_the_service_tells_apart_needs_its_extension(store: CloudinaryStore) -> None:
    names = ["a/b.JPG", "b.mp4", "c.pdf", "d", ".jpg", "e.html"]
    assert [store.telling_extension(name) for name in names] == ["jpg", "mp4", "", "", "", ""]
    assert not store.takes_upload(0)


class TestMoves:
    def test_give_an_object_its_name(self, store: CloudinaryStore) -> None:
        store.put("from.jpg", JPEG)
        store.move_within("from.jpg", "x/to.jpg", if_match=str(store.head("from.jpg").etag))
        assert [info.key for info in store.list()] == ["x/to.jpg"]
        with store.get("x/to.jpg") as download:
            assert download.read() == JPEG

    def test_are_of_that_version(self, store: CloudinaryStore) -> None:
        store.put("from.jpg", JPEG)
        with pytest.raises(PreconditionError):
            store.move_within("from.jpg", "to.jpg", if_match="another")
        with pytest.raises(NotFoundError):
            store.move_within("missing.jpg", "to.jpg", if_match="another")
        assert [info.key for info in store.list()] == ["from.jpg"]

    def test_are_thrown_away_if_something_else_was_moved(self, store: CloudinaryStore) -> None:
        store.put("from.jpg", JPEG)
        etag, find = str(store.head("from.jpg").etag), uploading.find  # type: ignore[attr-defined]

        def late(requests: Any, operation: str, key: str) -> Any:
            found = find(requests, operation, key)
            if key == "from.jpg":
                store.put("from.jpg", JPEG + b"another")
            return found

        with mock.patch.object(uploading, "find", late), pytest.raises(PreconditionError):
            store.move_within("from.jpg", "to.jpg", if_match=etag)
        assert list(store.list()) == []

    def test_replace_nothing(self, store: CloudinaryStore) -> None:
        store.put("from.jpg", JPEG)
        store.put("to.jpg", JPEG + b"first")
        with pytest.raises(AlreadyExistsError):
            store.move_within("from.jpg", "to.jpg", if_match=str(store.head("from.jpg").etag))
        assert store.head("to.jpg").size == len(JPEG) + 5

    def test_take_along_what_was_no_image_after_all(self, store: CloudinaryStore) -> None:
        store.put("from.jpg", b"broken")
        store.move_within("from.jpg", "to.jpg", if_match=str(store.head("from.jpg").etag))
        with store.get("to.jpg") as download:
            assert download.read() == b"broken"
        assert "/raw/upload/" in store.public_url("to.jpg")

    def test_cost_three_requests(self, store_behind: CloudinaryStore, proxy: FaultProxy) -> None:
        store_behind.put("from.png", PNG)
        etag, before = str(store_behind.head("from.png").etag), len(proxy.requests)
        store_behind.move_within("from.png", "to.png", if_match=etag)
        assert len(proxy.requests) == before + 3


def test_read_only_stores_offer_none(spec: StoreSpec) -> None:
    store = opened(spec)
    for ability in (DirectUpload, ChunkedForms, Moves):
        assert capability(store, ability) is not None
        assert capability(ReadOnlyStore(store), ability) is None
    assert capability(store, TellsByExtension) is not None
