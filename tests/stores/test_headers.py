from __future__ import annotations

import pytest

from medialift.errors import UnsupportedError
from medialift.stores.headers import kept_headers
from medialift.types import Headers, Traits

LOSES = Traits(lost_headers=frozenset({"content_encoding", "content_language"}))


def test_lost_headers_are_left_out() -> None:
    given = Headers(content_type="text/plain", content_language="fr", metadata={"a": "b"})
    assert kept_headers(given, LOSES) == Headers(content_type="text/plain", metadata={"a": "b"})


def test_lost_metadata_are_none_at_all() -> None:
    given = Headers(content_type="text/plain", metadata={"a": "b"})
    lost = Traits(lost_headers=frozenset({"content_type", "metadata"}))
    assert kept_headers(given, lost) == Headers()


def test_a_lost_encoding_is_refused_and_says_where() -> None:
    with pytest.raises(UnsupportedError, match="gzip") as caught:
        kept_headers(Headers(content_encoding="gzip"), LOSES, operation="put", key="a")
    assert (caught.value.operation, caught.value.key) == ("put", "a")


def test_a_store_that_loses_nothing_keeps_all() -> None:
    given = Headers(content_encoding="gzip", content_language="fr")
    assert kept_headers(given, Traits()) == given
