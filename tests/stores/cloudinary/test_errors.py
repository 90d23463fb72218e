"""What the service says, as this package's own errors: every refusal that a page or a report tells of."""

from __future__ import annotations

import inspect
import json
import pickle
import sys
from datetime import datetime, timedelta, timezone

import pytest
from cloudinary.api_client.execute_request import EXCEPTION_CODES

from medialift.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    BucketNotFoundError,
    ClockSkewError,
    CredentialsError,
    InvalidKeyError,
    NotFoundError,
    StoreError,
    ThrottledError,
    TooLargeError,
    UnavailableError,
    UnsupportedError,
)
from medialift.providers import load_provider
from medialift.stores.cloudinary.errors import (
    HINTS,
    KINDS_BY_MESSAGE,
    KINDS_BY_STATUS,
    LONGEST_TEXT,
    answer_of,
    classify,
    read_answer,
    refusal,
    refuses_as_media,
)
from medialift.testing.cloudinary import refusals

THROTTLING = load_provider("cloudinary").throttling
NOW = datetime(2026, 11, 21, 13, 30, tzinfo=timezone.utc)

SAID: list[tuple[refusals.Refusal, type[StoreError]]] = [
    (refusals.no_such_resource("a/b.jpg"), NotFoundError),
    (refusals.wrong_cloud("dmeo"), BucketNotFoundError),
    (refusals.unknown_key("123"), CredentialsError),
    (refusals.wrong_secret(), CredentialsError),
    (refusals.wrong_signature("abc", "public_id=a&timestamp=1"), CredentialsError),
    (refusals.stale(1), ClockSkewError),
    (refusals.missing("public_id"), UnsupportedError),
    (refusals.invalid_public_id("a?b"), InvalidKeyError),
    (refusals.taken("a/b.jpg"), AlreadyExistsError),
    (refusals.empty_file(), UnsupportedError),
    (refusals.no_image(), UnsupportedError),
    (refusals.zip_as_image(), UnsupportedError),
    (refusals.no_video(), UnsupportedError),
    (refusals.too_large(11926513, 10485760), TooLargeError),
    (refusals.small_chunk(), UnsupportedError),
    (refusals.too_many_calls(500, int(NOW.timestamp()) + 1800), ThrottledError),
    (refusals.withheld(), CredentialsError),
    (refusals.no_such_route("GET", "/x"), NotFoundError),
    (refusals.expired(), CredentialsError),
    (refusals.Refusal(401, "cloud_name mismatch"), CredentialsError),
    (refusals.Refusal(401, "Invalid api_key 1234"), CredentialsError),
    (refusals.Refusal(423, "Processing"), UnavailableError),
    (refusals.Refusal(403, "Feature not enabled"), AccessDeniedError),
    (refusals.Refusal(409, "Already exists"), AlreadyExistsError),
]


def body_of(refusal: refusals.Refusal) -> bytes:
    return refusal.response().body


@pytest.mark.parametrize(("said", "kind"), SAID, ids=[said.message[:30] for said, _ in SAID])
def test_every_known_refusal_is_told_apart(said: refusals.Refusal, kind: type[StoreError]) -> None:
    answer = read_answer(said.status, {}, body_of(said))
    assert (answer.status, answer.message) == (said.status, said.message)
    assert classify(answer, THROTTLING) is kind


def test_the_stand_in_says_nothing_that_is_not_judged_here() -> None:
    own = [thing for thing in vars(refusals).values() if inspect.isfunction(thing)]
    source = inspect.getsource(sys.modules[__name__])
    assert [thing.__name__ for thing in own if f"(refusals.{thing.__name__}(" not in source] == []


@pytest.mark.parametrize("status", sorted({*EXCEPTION_CODES, *KINDS_BY_STATUS, 408, 502, 504, 509, 521, 418}))
def test_every_status_is_told_also_without_words(status: int) -> None:
    kind = classify(read_answer(status, {}, b""), THROTTLING)
    assert issubclass(kind, StoreError)
    assert kind is not StoreError
    assert kind.retryable == (status in (408, 420, 423, 429) or (status >= 500 and status != 501))


def test_every_row_of_the_table_is_used() -> None:
    used = {classify(read_answer(said.status, {}, body_of(said)), THROTTLING) for said, _ in SAID}
    assert set(KINDS_BY_MESSAGE.values()) | set(KINDS_BY_STATUS.values()) <= used
    assert set(HINTS) <= used


@pytest.mark.parametrize(
    ("headers", "body", "message"),
    [
        ({"x-cld-error": "Resource not found - a"}, b"GIF89a", "Resource not found - a"),
        ({"content-type": "text/html"}, b"<html>413</html>", ""),
        ({"content-type": "text/plain"}, b"x" * 1000, "x" * LONGEST_TEXT),
        ({}, b'{"error": "no dict"}', "no dict"),
        ({}, b'{"error": {"message": 5}}', ""),
        ({}, b"[]", ""),
    ],
)
def test_a_message_is_found_wherever_it_stands(headers: dict[str, str], body: bytes, message: str) -> None:
    assert read_answer(400, headers, body).message == message


class TestThrottling:
    @pytest.mark.parametrize(
        ("headers", "message"),
        [
            ({}, "Rate Limit Exceeded. Limit of 500 api operations reached. Try again on 2026-11-21 14:00:00 UTC"),
            ({"x-featureratelimit-reset": "Sat, 21 Nov 2026 14:00:00 GMT"}, "Rate Limit Exceeded"),
        ],
    )
    def test_when_it_ends_is_told(self, headers: dict[str, str], message: str) -> None:
        body = json.dumps({"error": {"message": message}}).encode()
        error = refusal(read_answer(420, headers, body), THROTTLING, NOW, operation="list")
        assert isinstance(error, ThrottledError)
        assert error.retry_after == timedelta(minutes=30).total_seconds()
        assert "from 14:00 UTC on" in error.hint

    def test_a_time_that_has_passed_is_no_wait(self) -> None:
        body = b'{"error":{"message":"Rate Limit Exceeded. Try again on 2026-11-21 13:00:00 UTC"}}'
        error = refusal(read_answer(420, {}, body), THROTTLING, NOW)
        assert isinstance(error, ThrottledError)
        assert error.retry_after == 0

    def test_without_a_time_nothing_is_invented(self) -> None:
        error = refusal(read_answer(429, {}, b"{}"), THROTTLING, NOW)
        assert isinstance(error, ThrottledError)
        assert error.retry_after is None


def test_the_answer_stays_with_the_error_and_travels() -> None:
    error = refusal(read_answer(404, {}, body_of(refusals.no_such_resource("a"))), THROTTLING, NOW, key="a", store="s")
    answer = answer_of(error)
    assert answer is not None
    assert answer.status == 404
    assert pickle.loads(pickle.dumps(error)).as_dict() == error.as_dict()


@pytest.mark.parametrize(
    ("said", "is_so"),
    [
        (refusals.no_image(), True),
        (refusals.no_video(), True),
        (refusals.empty_file(), True),
        (refusals.Refusal(400, "Maximum image size is 25 Megapixels. Requested 30 Megapixels"), True),
        (refusals.too_large(2, 1), False),
        (refusals.stale(1), False),
        (refusals.invalid_public_id("a"), False),
        (refusals.wrong_secret(), False),
    ],
)
def test_a_refusal_of_the_bytes_is_known(said: refusals.Refusal, is_so: bool) -> None:
    error = refusal(read_answer(said.status, {}, body_of(said)), THROTTLING, NOW)
    assert refuses_as_media(error) is is_so
