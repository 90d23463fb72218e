from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medialift import config
from medialift.generate.dsn import dsn

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
PREFIX = TEXT.filter(lambda text: not {"", ".", ".."} & set(text.split("/")) and text == text.strip("/"))


def read(url: str) -> dict[str, Any]:
    options: dict[str, Any] = config(url)["OPTIONS"]
    return options


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ({"provider": "s3", "bucket": "b", "region": "eu-west-1"}, "s3://b?region=eu-west-1"),
        ({"provider": "s3", "bucket": "b", "prefix": "a/b c", "region": ""}, "s3://b/a/b%20c"),
        (
            {"provider": "r2", "bucket": "b", "prefix": "m", "endpoint_url": "https://x.r2.cloudflarestorage.com"},
            "r2://b/m?endpoint_url=https://x.r2.cloudflarestorage.com",
        ),
        ({"provider": "supabase", "bucket": "b", "account_id": "proj"}, "supabase://proj/b"),
    ],
)
def test_it_is_a_line_to_read(options: dict[str, str], url: str) -> None:
    assert dsn(options) == url
    assert read(url) == {name: value for name, value in options.items() if value}


@given(prefix=PREFIX, domain=st.from_regex(r"[a-z]+\.example\.com(/[a-z &?=#%+]*[a-z])?", fullmatch=True))
def test_what_is_written_is_what_is_read(prefix: str, domain: str) -> None:
    wanted = {"provider": "r2", "bucket": "b", "prefix": prefix, "account_id": "abc", "cache_control": domain}
    assert read(dsn(wanted)) == wanted
