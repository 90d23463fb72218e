from __future__ import annotations

import pytest

from medialift.errors import UnsupportedError
from medialift.stores.headers import attachment, disposition, kept_headers, made_inert
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


@pytest.mark.parametrize(
    ("filename", "header"),
    [
        ("cat.jpg", 'attachment; filename="cat.jpg"'),
        ("été ☀.jpg", "attachment; filename=\"_t_ _.jpg\"; filename*=UTF-8''%C3%A9t%C3%A9%20%E2%98%80.jpg"),
        ('a"b\\c\n.jpg', "attachment; filename=\"a_b_c_.jpg\"; filename*=UTF-8''a%22b_c_.jpg"),
    ],
)
def test_a_download_name_is_safe_in_a_header(filename: str, header: str) -> None:
    assert attachment(filename) == header


@pytest.mark.parametrize(
    "hostile", ["a\r\nSet-Cookie: x=1", 'a"; filename="b.exe', "a\x00b", "../../etc/passwd", "a\u202egpj.exe"]
)
def test_a_hostile_name_stays_one_header_and_one_name(hostile: str) -> None:
    header = disposition("inline", hostile)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert "/" not in header
    assert "%E2%80%AE" not in header


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/HTML; charset=utf-8", "a/b+xml"]
)
def test_active_content_is_saved_and_never_opened(kind: str) -> None:
    inert = made_inert(Headers(content_type=kind), "users/1/été.svg", Traits())
    assert inert == Headers(content_type=kind, content_disposition=attachment("été.svg"))


def test_where_the_disposition_is_lost_active_content_is_plain_text() -> None:
    lost = Traits(lost_headers=frozenset({"content_disposition"}))
    assert made_inert(Headers(content_type="image/svg+xml"), "a.svg", lost).content_type == "text/plain; charset=utf-8"


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "text/plain", None])
def test_what_no_browser_runs_is_left_as_it_is(kind: str | None) -> None:
    assert made_inert(Headers(content_type=kind), "a", Traits()) == Headers(content_type=kind)
