"""What a browser may send to a project with a token, and the copy that follows it. The official SDK is the judge."""

from __future__ import annotations

import dataclasses
import os
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest
from storage3 import SyncStorageClient

from medialift.errors import AlreadyExistsError, NotFoundError, PreconditionError, TooLargeError
from medialift.stores.base import capability
from medialift.stores.supabase import SupabaseStore
from medialift.stores.uploading import Copies, DirectUpload, Resumable, ResumableUploads
from medialift.stores.wrappers.readonly import ReadOnlyStore
from medialift.testing.supabase import SupabaseServer
from medialift.types import Headers
from tests.servers.proxy import FaultProxy
from tests.stores.s3.test_uploads import HOUR, sent

KEY = "medialift-incoming/a b.jpg"
CHUNK = 6_291_456
FILM = os.urandom(CHUNK + 7)


def asked(store: SupabaseStore, key: str = KEY) -> Any:
    return store.upload_request(key, size=7, content_type="image/jpeg", expires=HOUR)


def patched(how: Resumable, offset: int, data: bytes, **changes: str) -> httpx.Response:
    headers = {**how.headers, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return httpx.patch(how.url, content=data, headers={**headers, **changes})


def offset_of(how: Resumable) -> int:
    return int(httpx.head(how.url, headers=how.headers).headers["upload-offset"])


class TestWhole:
    def test_a_file_arrives_with_its_type(self, store: SupabaseStore) -> None:
        assert sent(asked(store), b"seven!!") == 200
        found = store.head(KEY)
        assert (found.size, found.headers.content_type) == (7, "image/jpeg")

    def test_what_is_there_is_not_replaced(self, store: SupabaseStore) -> None:
        early = asked(store)
        assert sent(early, b"seven!!") == 200
        assert sent(early, b"another") == 400
        with pytest.raises(AlreadyExistsError):
            asked(store)
        with store.get(KEY) as download:
            assert download.read() == b"seven!!"

    def test_a_request_is_for_one_key(self, store: SupabaseStore) -> None:
        request = asked(store)
        elsewhere = dataclasses.replace(request, url=request.url.replace("a%20b", "c"))
        assert sent(elsewhere, b"seven!!") == 400
        assert list(store.list()) == []

    def test_the_official_sdk_sends_with_the_same_token(self, store: SupabaseStore, supabase: SupabaseServer) -> None:
        token = parse_qs(urlsplit(asked(store).url).query)["token"][0]
        with SyncStorageClient(f"{supabase.storage_url}/", {}) as sdk:
            made = sdk.from_(store.place.bucket).upload_to_signed_url(
                store.place.full_key(KEY), token, b"seven!!", {"content-type": "image/jpeg"}
            )
        assert made.path == store.place.full_key(KEY)
        assert store.head(KEY).headers.content_type == "image/jpeg"

    def test_ours_is_the_address_that_the_official_sdk_gets(
        self, store: SupabaseStore, supabase: SupabaseServer
    ) -> None:
        key = supabase.project.service_key
        with SyncStorageClient(f"{supabase.storage_url}/", {"Authorization": f"Bearer {key}"}) as sdk:
            theirs = sdk.from_(store.place.bucket).create_signed_upload_url(store.place.full_key(KEY))
        ours = asked(store).url
        assert theirs["signed_url"].partition("?token=")[0] == unquote(ours).partition("?token=")[0]

    def test_it_costs_one_request(self, store_behind: SupabaseStore, proxy: FaultProxy) -> None:
        asked(store_behind)
        assert len(proxy.requests) == 1


class TestResumable:
    def test_a_file_goes_on_where_it_broke(self, store: SupabaseStore) -> None:
        upload = store.begin_resumable(KEY, size=len(FILM), content_type="video/mp4")
        how = store.resumable(KEY, upload)
        assert how.chunk_size == CHUNK
        assert (offset_of(how), store.resumable_offset(KEY, upload)) == (0, 0)
        assert patched(how, 0, FILM[:CHUNK]).status_code == 204
        assert patched(how, 0, FILM[:CHUNK]).status_code == 409
        again = store.resumable(KEY, upload)
        assert offset_of(again) == store.resumable_offset(KEY, upload) == CHUNK
        assert list(store.list()) == []
        assert patched(again, CHUNK, FILM[CHUNK:]).status_code == 204
        with store.get(KEY) as download:
            assert (download.read(), download.info.headers.content_type) == (FILM, "video/mp4")

    def test_another_size_is_refused(self, store: SupabaseStore) -> None:
        how = store.resumable(KEY, store.begin_resumable(KEY, size=4, content_type="video/mp4"))
        assert patched(how, 0, b"five!").status_code == 413
        assert list(store.list()) == []

    def test_a_signature_is_for_one_key(self, store: SupabaseStore) -> None:
        mine = store.resumable(KEY, store.begin_resumable(KEY, size=4, content_type="video/mp4"))
        other = store.resumable("b", store.begin_resumable("b", size=4, content_type="video/mp4"))
        stolen = dataclasses.replace(other, headers=mine.headers)
        assert patched(stolen, 0, b"miau").status_code == 400
        assert httpx.head(stolen.url, headers=stolen.headers).status_code == 400
        assert patched(dataclasses.replace(mine, headers={"Tus-Resumable": "1.0.0"}), 0, b"miau").status_code == 400
        assert list(store.list()) == []

    def test_an_upload_that_was_ended_is_no_more(self, store: SupabaseStore) -> None:
        upload = store.begin_resumable(KEY, size=4, content_type="video/mp4")
        how = store.resumable(KEY, upload)
        assert patched(how, 0, b"mi").status_code == 204
        store.end_resumable(KEY, upload)
        store.end_resumable(KEY, upload)
        with pytest.raises(NotFoundError):
            store.resumable_offset(KEY, upload)
        assert patched(how, 2, b"au").status_code == 404

    def test_a_complete_one_stays(self, store: SupabaseStore) -> None:
        upload = store.begin_resumable(KEY, size=4, content_type="video/mp4")
        how = store.resumable(KEY, upload)
        assert patched(how, 0, b"miau").status_code == 204
        store.end_resumable(KEY, upload)
        assert store.head(KEY).size == 4
        with pytest.raises(AlreadyExistsError):
            store.resumable(KEY, upload)

    def test_no_project_takes_a_giant(self, store: SupabaseStore) -> None:
        with pytest.raises(TooLargeError):
            store.begin_resumable(KEY, size=10**12, content_type="video/mp4")

    def test_it_does_not_print_its_signature(self, store: SupabaseStore) -> None:
        how = store.resumable(KEY, store.begin_resumable(KEY, size=4, content_type="video/mp4"))
        assert how.headers["x-signature"] not in repr(how)


class TestCopies:
    def test_have_new_headers(self, store: SupabaseStore) -> None:
        store.put("from", b"seven!!", headers=Headers(content_type="text/html", metadata={"old": "1"}))
        wanted = Headers(content_type="image/jpeg", cache_control="max-age=60", metadata={"by": "site"})
        etag = str(store.head("from").etag)
        store.copy_within("from", "x/to.jpg", size=7, if_match=etag, headers=wanted)
        found = store.head("x/to.jpg").headers
        assert (found.content_type, found.cache_control, found.metadata) == (
            "image/jpeg",
            "max-age=60",
            {"by": "site"},
        )

    def test_are_of_that_version(self, store: SupabaseStore) -> None:
        store.put("from", b"seven!!")
        etag = str(store.head("from").etag)
        store.put("from", b"another")
        with pytest.raises(PreconditionError):
            store.copy_within("from", "to", size=7, if_match=etag, headers=Headers())
        with pytest.raises(NotFoundError):
            store.copy_within("missing", "to", size=7, if_match=etag, headers=Headers())
        assert [info.key for info in store.list()] == ["from"]

    @pytest.mark.parametrize("then", ["replaced", "replaced and put back", "deleted"])
    def test_are_thrown_away_if_something_else_was_copied(self, store: SupabaseStore, then: str) -> None:
        store.put("from", b"seven!!")
        etag = str(store.head("from").etag)
        copy = type(store._uploads)._copy

        def late(self: Any, source: str, target: str, headers: Headers) -> None:
            store.put("from", b"another")
            copy(self, source, target, headers)
            if then == "replaced and put back":
                store.put("from", b"seven!!")
            if then == "deleted":
                store.delete("from")

        with mock.patch.object(type(store._uploads), "_copy", late), pytest.raises(PreconditionError):
            store.copy_within("from", "to", size=7, if_match=etag, headers=Headers())
        with pytest.raises(NotFoundError):
            store.head("to")

    def test_replace_nothing(self, store: SupabaseStore) -> None:
        store.put("from", b"seven!!")
        store.put("to", b"here first")
        with pytest.raises(AlreadyExistsError):
            store.copy_within("from", "to", size=7, if_match=str(store.head("from").etag), headers=Headers())

    def test_cost_three_requests(self, store_behind: SupabaseStore, proxy: FaultProxy) -> None:
        store_behind.put("from", b"seven!!")
        etag, before = str(store_behind.head("from").etag), len(proxy.requests)
        store_behind.copy_within("from", "to", size=7, if_match=etag, headers=Headers())
        assert len(proxy.requests) == before + 3


def test_read_only_stores_offer_none(store: SupabaseStore) -> None:
    for ability in (DirectUpload, ResumableUploads, Copies):
        assert capability(store, ability) is not None
        assert capability(ReadOnlyStore(store), ability) is None
