"""What a store must keep beside the bytes."""

from __future__ import annotations

import gzip

import pytest

from medialift.errors import UnsupportedError
from medialift.stores.base import ObjectStore
from medialift.testing.contract.base import ContractBase
from medialift.testing.contract.bodies import fetch
from medialift.types import Headers

ALL = Headers(
    content_type="image/jpeg",
    cache_control="public, max-age=31536000, immutable",
    content_disposition="attachment; filename=\"cat.jpg\"; filename*=UTF-8''%C3%A9t%C3%A9.jpg",
    content_language="fr-CA",
    metadata={"album": "holiday 2024", "checked-by": "a, b; c"},
)


class KeepingHeaders(ContractBase):
    @pytest.fixture
    def header_store(self, store: ObjectStore) -> ObjectStore:
        if not store.traits.keeps_headers:
            pytest.skip("this store keeps no headers")
        return store

    def test_headers_never_change_the_body(self, store: ObjectStore) -> None:
        store.put("cat.jpg", b"miau", headers=ALL)
        assert fetch(store, "cat.jpg") == b"miau"

    @pytest.mark.parametrize("name", ["content_type", "cache_control", "content_disposition", "content_language"])
    def test_a_header_is_kept(self, header_store: ObjectStore, name: str) -> None:
        header_store.put("cat.jpg", b"miau", headers=ALL)
        kept = None if name in header_store.traits.lost_headers else getattr(ALL, name)
        assert getattr(header_store.head("cat.jpg").headers, name) == kept

    def test_a_disposition_outside_ascii_is_kept(self, header_store: ObjectStore) -> None:
        if "content_disposition" in header_store.traits.lost_headers:
            pytest.skip("this store keeps no disposition")
        disposition = 'attachment; filename="été ☀.jpg"'
        header_store.put("cat.jpg", b"miau", headers=Headers(content_disposition=disposition))
        assert header_store.head("cat.jpg").headers.content_disposition == disposition

    def test_an_encoded_body_stays_encoded(self, header_store: ObjectStore) -> None:
        body, headers = gzip.compress(b"miau" * 1_000), Headers(content_type="image/svg+xml", content_encoding="gzip")
        if "content_encoding" in header_store.traits.lost_headers:
            with pytest.raises(UnsupportedError):
                header_store.put("cat.svg", body, headers=headers)
            return
        header_store.put("cat.svg", body, headers=headers)
        assert header_store.head("cat.svg").headers.content_encoding == "gzip"
        assert fetch(header_store, "cat.svg") == body

    def test_metadata_is_kept(self, header_store: ObjectStore) -> None:
        header_store.put("cat.jpg", b"miau", headers=ALL)
        assert dict(header_store.head("cat.jpg").headers.metadata) == dict(ALL.metadata)

    def test_get_tells_the_headers_too(self, header_store: ObjectStore) -> None:
        header_store.put("cat.jpg", b"miau", headers=ALL)
        with header_store.get("cat.jpg") as download:
            assert download.info.headers == header_store.head("cat.jpg").headers
            assert download.info.headers.content_type == "image/jpeg"

    def test_replacing_an_object_replaces_its_headers(self, header_store: ObjectStore) -> None:
        header_store.put("cat", b"miau", headers=ALL)
        header_store.put("cat", b"<svg/>", headers=Headers(content_type="image/svg+xml", metadata={"new": "1"}))
        headers = header_store.head("cat").headers
        assert (headers.content_type, headers.cache_control) == ("image/svg+xml", None)
        assert (headers.content_disposition, dict(headers.metadata)) == (None, {"new": "1"})
