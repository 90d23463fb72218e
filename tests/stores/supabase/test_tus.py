"""Resumable uploads: in chunks of exactly 6 MiB, going on where a connection broke."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from functools import partial

import pytest

from medialift.errors import StoreError, UnavailableError
from medialift.stores.supabase import SupabaseStore
from medialift.stores.supabase.tus import RESUMES
from medialift.stores.wrappers.retry import Backoff
from medialift.testing.contract.bodies import fetch, keys_of, one_way, pattern
from medialift.testing.supabase import SupabaseServer
from medialift.types import Headers
from tests.servers.proxy import Action, FaultProxy, Rule
from tests.servers.rules import cut_upload, lose_answer
from tests.servers.s3request import Request

MIB = 1024 * 1024
CHUNK = 6 * MIB
BODY = pattern(2 * CHUNK + 12_345)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medialift.stores.supabase.tus.Backoff", partial(Backoff, first=0.001))


def on_chunk(action: Action, *numbers: int) -> Rule:
    """*action* for the chunks of these numbers, in the order in which they arrive."""
    arrived: Iterator[int] = iter(range(1, 1000))

    def rule(request: Request) -> Action | None:
        return action if request.method == "PATCH" and next(arrived) in numbers else None

    return rule


def patches(proxy: FaultProxy) -> list[tuple[int, int]]:
    """Offset and length of each chunk as it was sent."""
    sent = [request.headers for request in proxy.requests if request.method == "PATCH"]
    return [(int(headers["upload-offset"]), int(headers["content-length"])) for headers in sent]


def unfinished(supabase: SupabaseServer) -> int:
    return sum(not upload.finished for upload in supabase.project.uploads.values())


def test_chunks_are_of_exactly_6_mib_and_the_last_one_shorter(proxy: FaultProxy, store_behind: SupabaseStore) -> None:
    store_behind.put("film", io.BytesIO(BODY))
    assert patches(proxy) == [(0, CHUNK), (CHUNK, CHUNK), (2 * CHUNK, 12_345)]
    assert fetch(store_behind, "film") == BODY


def test_a_body_of_unknown_length_tells_it_with_its_last_chunk(proxy: FaultProxy, store_behind: SupabaseStore) -> None:
    store_behind.put("film", one_way(BODY))
    told = [request.headers.get("upload-length") for request in proxy.requests if request.method == "PATCH"]
    assert told == [None, None, str(len(BODY))]


def test_the_address_is_taken_from_the_answer_and_the_host_from_the_settings(
    proxy: FaultProxy, store_behind: SupabaseStore
) -> None:
    """The service answers an https address without the gateway's path (supabase.md §8): no request goes there."""
    store_behind.put("film", BODY)
    targets = {request.target for request in proxy.requests if request.method == "PATCH"}
    assert len(targets) == 1
    assert targets.pop().startswith("/storage/v1/upload/resumable/")


@pytest.mark.parametrize("after", [0, 1, 100_000, CHUNK - 1])
def test_a_connection_that_breaks_in_a_chunk_goes_on_where_it_broke(
    proxy: FaultProxy, store_behind: SupabaseStore, after: int
) -> None:
    proxy.rules.append(on_chunk(cut_upload(after), 2))
    stored = store_behind.put("film", BODY)
    assert fetch(store_behind, "film") == BODY
    assert stored.size == len(BODY)
    offset, length = patches(proxy)[2]
    assert CHUNK <= offset <= CHUNK + after
    assert offset + length == 2 * CHUNK


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_lost_answer_is_asked_for_and_nothing_is_sent_twice(
    proxy: FaultProxy, store_behind: SupabaseStore, number: int
) -> None:
    proxy.rules.append(on_chunk(lose_answer(), number))
    store_behind.put("film", BODY)
    assert fetch(store_behind, "film") == BODY
    assert patches(proxy) == [(0, CHUNK), (CHUNK, CHUNK), (2 * CHUNK, 12_345)]


def test_an_upload_that_never_gets_on_is_told_and_ended(
    proxy: FaultProxy, store_behind: SupabaseStore, supabase: SupabaseServer
) -> None:
    before = unfinished(supabase)
    proxy.rules.append(on_chunk(cut_upload(0), *range(1, 100)))
    with pytest.raises(UnavailableError):
        store_behind.put("film", BODY)
    assert len(patches(proxy)) == RESUMES + 1
    assert keys_of(store_behind) == []
    assert unfinished(supabase) == before


def test_an_upload_that_fails_leaves_nothing_behind(supabase: SupabaseServer, store: SupabaseStore) -> None:
    before = unfinished(supabase)
    with pytest.raises(StoreError):
        store.put("film", io.BytesIO(BODY), md5=hashlib.md5(b"another").digest())
    assert (keys_of(store), unfinished(supabase)) == ([], before)


def test_headers_and_metadata_are_kept_as_far_as_the_protocol_can_say_them(store: SupabaseStore) -> None:
    headers = Headers("video/mp4", "public, max-age=60, immutable", metadata={"album": "été"})
    store.put("film", BODY, headers=headers)
    kept = store.head("film").headers
    assert (kept.content_type, kept.cache_control, dict(kept.metadata)) == ("video/mp4", "max-age=60", {"album": "été"})


def test_the_etag_of_a_large_upload_is_not_held_against_its_bytes(store: SupabaseStore) -> None:
    stored = store.put("film", BODY)
    assert stored.etag is not None
    assert stored.etag.endswith("-1")
    assert stored.part_size == CHUNK
