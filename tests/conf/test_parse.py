from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from medialift.conf import parse
from medialift.stores.spec import Secret


@pytest.mark.parametrize(
    ("written", "meant"),
    [(True, True), ("True", True), ("on", True), ("1", True), (0, False), ("no", False), ("FALSE", False)],
)
def test_a_boolean_is_written_in_many_ways(written: object, meant: bool) -> None:
    assert parse.boolean(written) is meant


@pytest.mark.parametrize(
    ("written", "seconds"),
    [(60, 60), ("60", 60), ("90s", 90), ("15m", 900), ("1h", 3600), ("7d", 604800), (timedelta(minutes=2), 120)],
)
def test_a_duration_has_a_unit_or_is_in_seconds(written: object, seconds: int) -> None:
    assert parse.duration(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("written", "count"),
    [(0, 0), ("512", 512), ("1KB", 1000), ("5MiB", 5 * 2**20), ("1g", 10**9), ("2 MiB", 2 * 2**20)],
)
def test_a_size_has_a_unit_or_is_in_bytes(written: object, count: int) -> None:
    assert parse.size(written) == count


@pytest.mark.parametrize(
    ("written", "meant"), [("/media/", "media"), ("", ""), ("/", ""), ("a/b", "a/b"), ("ä b", "ä b")]
)
def test_a_prefix_loses_its_outer_slashes(written: str, meant: str) -> None:
    assert parse.prefix(written) == meant


def test_a_domain_loses_its_protocol() -> None:
    assert parse.domain("https://cdn.example.com/media/") == "cdn.example.com/media"


def test_a_mapping_is_a_dict_or_json() -> None:
    assert parse.mapping('{"CacheControl": "x"}') == parse.mapping({"CacheControl": "x"}) == {"CacheControl": "x"}


@pytest.mark.parametrize(
    ("reader", "written"),
    [
        (parse.text, 1),
        (parse.boolean, "maybe"),
        (parse.integer, "-1"),
        (parse.integer, True),
        (parse.seconds, "nan"),
        (parse.seconds, "-1"),
        (parse.duration, "soon"),
        (parse.duration, 0),
        (parse.duration, "8d"),
        (parse.size, "5 apples"),
        (parse.mapping, "[1]"),
        (parse.mapping, "{"),
        (parse.prefix, "a//b"),
        (parse.prefix, "../x"),
        (parse.endpoint, "s3.example.com"),
        (parse.endpoint, "https://u:p@host"),
        (parse.domain, "cdn.example.com?x"),
        (parse.provider, "s4"),
    ],
)
def test_nonsense_is_refused_with_what_was_expected(reader: Callable[[object], object], written: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        reader(written)


@pytest.mark.parametrize("parser", [parse.secret, parse.line])
def test_a_key_is_taken_without_the_line_break_behind_it(parser: Callable[[object], object]) -> None:
    found = parser(" sb_secret_abc\r\n")
    assert (found.reveal() if isinstance(found, Secret) else found) == "sb_secret_abc"


@pytest.mark.parametrize("written", ["sb_secret\nabc", "sb\x00secret", "sb_secret_abc\u2028def"])
def test_a_key_of_two_lines_is_refused_and_not_shown(written: str) -> None:
    with pytest.raises(ValueError, match="one line of printable characters") as caught:
        parse.secret(written)
    assert "sb" not in str(caught.value)


def test_a_private_key_keeps_its_lines() -> None:
    pem = "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n"
    assert parse.private_key(pem).reveal() == pem
