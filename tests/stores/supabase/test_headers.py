from __future__ import annotations

import base64
from datetime import datetime, timezone

import pytest

from medialift.stores.supabase.headers import (
    Metadata,
    bare_etag,
    bare_type,
    info_of,
    info_of_download,
    upload_metadata,
    written_headers,
)
from medialift.types import Headers


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("text/plain; charset=utf-8", "text/plain"),
        ("TEXT/HTML;charset=UTF-8", "text/html"),
        (None, "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_types_are_sent_as_buckets_compare_them(given: str | None, sent: str) -> None:
    assert bare_type(given) == sent


@pytest.mark.parametrize(("told", "etag"), [('"abc"', "abc"), ('W/"abc-2"', "abc-2"), (None, None)])
def test_an_etag_loses_its_quotes_and_a_cdns_mark(told: str | None, etag: str | None) -> None:
    assert bare_etag(told) == etag


def test_metadata_goes_as_base64_of_json() -> None:
    written = written_headers(Headers(metadata={"album": "été"}))
    assert written["x-metadata"] == "eyJhbGJ1bSI6ICJcdTAwZTl0XHUwMGU5In0="
    assert "x-metadata" not in written_headers(Headers())


@pytest.mark.parametrize(
    ("cache_control", "seconds"),
    [("max-age=60", "60"), ("public, max-age=31536000, immutable", "31536000"), ("s-maxage=9", None), (None, None)],
)
def test_a_resumable_upload_tells_the_seconds_of_its_cache(cache_control: str | None, seconds: str | None) -> None:
    told = upload_metadata("media", "é", Headers(cache_control=cache_control))
    pairs = dict(pair.split(" ") for pair in told.split(","))
    assert base64.b64decode(pairs["objectName"]).decode() == "é"
    assert (base64.b64decode(pairs["cacheControl"]).decode() if seconds else pairs.get("cacheControl")) == seconds


def test_the_services_own_default_is_read_as_none() -> None:
    info = info_of("a", {"size": 1, "cache_control": "no-cache", "etag": '"x"', "metadata": None})
    assert (info.headers.cache_control, dict(info.headers.metadata)) == (None, {})


def test_metadata_that_is_no_text_is_read_as_json() -> None:
    info = info_of("a", {"size": 1, "metadata": {"n": 1, "t": "x"}})
    assert dict(info.headers.metadata) == {"n": "1", "t": "x"}


@pytest.mark.parametrize(
    ("told", "microsecond"),
    [
        ("2026-11-20T10:00:00.123Z", 123_000),
        ("2026-11-20T10:00:00.12345+00:00", 123_450),
        ("2026-11-20T10:00:00Z", 0),
        ("2026-11-20T12:00:00.1+02:00", 100_000),
    ],
)
def test_times_are_read_however_many_digits_they_have(told: str, microsecond: int) -> None:
    modified = info_of("a", {"size": 1, "last_modified": told}).modified
    assert modified == datetime(2026, 11, 20, 10, 0, 0, microsecond, tzinfo=timezone.utc)


def test_the_size_of_a_ranged_download_is_the_whole() -> None:
    told = {"content-range": "bytes 2-3/10", "content-length": "2", "last-modified": "Fri, 20 Nov 2026 10:00:00 GMT"}
    info = info_of_download("a", told, dict)
    assert info.size == 10
    assert info.modified is not None
    assert info.modified.year == 2026


def test_metadata_is_asked_for_once_and_late() -> None:
    asked: list[int] = []

    def ask() -> dict[str, str]:
        asked.append(1)
        return {"a": "b"}

    metadata = Metadata(ask)
    assert asked == []
    assert (dict(metadata), len(metadata), metadata["a"], list(metadata)) == ({"a": "b"}, 1, "b", ["a"])
    assert asked == [1]
    assert Headers(metadata=metadata) == Headers(metadata={"a": "b"})
