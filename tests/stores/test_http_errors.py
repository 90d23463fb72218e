"""What httpx raises, as this package's own errors."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

import httpx
import pytest

from medialift.errors import ConfigError, MedialiftError, UnavailableError
from medialift.stores.http_errors import DRIVER_ERRORS, translate


def every(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for child in kind.__subclasses__():
        yield from every(child)


HTTPX_ERRORS = sorted(
    {kind for base in DRIVER_ERRORS for kind in every(base) if kind.__module__.startswith("httpx")},
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("kind", HTTPX_ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_of_httpx_becomes_one_of_ours(kind: type[Exception]) -> None:
    error = kind.__new__(kind)
    Exception.__init__(error, "why")
    told = translate(error, operation="get", key="a", store="s")
    assert type(told) in (UnavailableError, ConfigError)
    assert kind.__name__ in told.reason


def test_every_error_that_httpx_exports_is_caught() -> None:
    exported = {thing for thing in vars(httpx).values() if isinstance(thing, type) and issubclass(thing, Exception)}
    assert {kind for kind in exported if not issubclass(kind, DRIVER_ERRORS)} == set()


def test_no_key_stays_in_what_is_reported() -> None:
    request = httpx.Request("GET", "http://h", headers={"apikey": "sb_secret_x", "Authorization": "Bearer sb_secret_x"})
    error = httpx.ConnectError("refused", request=request)
    try:
        raise translate(error) from error
    except MedialiftError as told:
        printed = "".join(traceback.format_exception(told)) + repr(dict(request.headers))
    assert "sb_secret_x" not in printed


def test_where_nobody_answers_it_is_said_what_to_check() -> None:
    assert "address" in translate(httpx.ConnectError("refused"), operation="list").hint
    assert not translate(httpx.ReadTimeout("slow"), operation="list").hint
