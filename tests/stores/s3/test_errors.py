"""Whatever a service or boto3 says becomes one of this package's errors, and the table leaves nothing out."""

from __future__ import annotations

import inspect
from collections import Counter
from typing import Any

import botocore.exceptions
import pytest
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import ProtocolError

from medialift.errors import (
    AccessDeniedError,
    BucketNotFoundError,
    ClockSkewError,
    ConfigError,
    CredentialsError,
    DigestMismatchError,
    NotFoundError,
    PreconditionError,
    StoreError,
    ThrottledError,
    TruncatedBodyError,
    UnavailableError,
    UnsupportedError,
    WrongRegionError,
)
from medialift.providers import load_provider
from medialift.stores.s3.errors import (
    KINDS_BY_CODE,
    KINDS_BY_EXCEPTION,
    KINDS_BY_STATUS,
    Answer,
    classify,
    refusal,
    translate,
)

ROOTS = {"BotoCoreError", "ClientError", "Exception", "BaseException", "object", "Warning", "ImportError", "ValueError"}
NEVER_MET = {
    "StubResponseError": "belongs to the SDK's own test double",
    "StubAssertionError": "belongs to the SDK's own test double",
    "UnStubbedResponseError": "belongs to the SDK's own test double",
    "UndefinedModelAttributeError": "a fault in the SDK's model files",
    "MissingServiceIdError": "a fault in the SDK's model files",
    "WaiterError": "no waiter is used",
    "WaiterConfigError": "no waiter is used",
    "InfiniteLoopConfigError": "covered as InvalidConfigError",
}
DRIVER_EXCEPTIONS = [
    kind
    for _, kind in inspect.getmembers(botocore.exceptions, inspect.isclass)
    if issubclass(kind, Exception) and not issubclass(kind, Warning)
]


def client_error(status: int, code: str = "", message: str = "", **more: Any) -> ClientError:
    headers = more.pop("headers", {})
    body = {"Code": code, "Message": message, **more}
    response: Any = {"Error": body, "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers}}
    return ClientError(response, "Any")


@pytest.mark.parametrize("kind", DRIVER_EXCEPTIONS, ids=lambda kind: kind.__name__)
def test_every_exception_of_the_sdk_is_in_the_table(kind: type[Exception]) -> None:
    listed = {name for names in KINDS_BY_EXCEPTION.values() for name in names}
    ancestors = {parent.__name__ for parent in kind.__mro__} - ROOTS
    if kind in (BotoCoreError, ClientError) or kind.__name__ in NEVER_MET:
        return
    assert ancestors & listed, f"{kind.__name__} is in no table"


def test_no_code_and_no_exception_is_listed_twice() -> None:
    for table in (KINDS_BY_CODE, KINDS_BY_EXCEPTION):
        counts = Counter(name for names in table.values() for name in names)
        assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, "NoSuchKey", NotFoundError),
        (404, "404", NotFoundError),
        (404, "NotFound", NotFoundError),
        (403, "403", AccessDeniedError),
        (404, "NoSuchBucket", BucketNotFoundError),
        (412, "PreconditionFailed", PreconditionError),
        (409, "ConditionalRequestConflict", UnavailableError),
        (501, "NotImplemented", UnsupportedError),
        (400, "NotImplemented", UnsupportedError),
        (403, "InvalidAccessKeyId", CredentialsError),
        (403, "SignatureDoesNotMatch", CredentialsError),
        (403, "InvalidClientTokenId", CredentialsError),
        (401, "Unauthorized", CredentialsError),
        (403, "Malformed Access Key Id", CredentialsError),
        (403, "RequestTimeTooSkewed", ClockSkewError),
        (400, "ExpiredRequest", ClockSkewError),
        (503, "SlowDown", ThrottledError),
        (503, "ServiceUnavailable", ThrottledError),
        (429, "TooManyRequests", ThrottledError),
        (429, "SlowDown", ThrottledError),
        (400, "RequestRateLimitExceeded", ThrottledError),
        (503, "ServerBusy", ThrottledError),
        (301, "PermanentRedirect", WrongRegionError),
        (307, "TemporaryRedirect", WrongRegionError),
        (400, "AuthorizationHeaderMalformed", WrongRegionError),
        (400, "IllegalLocationConstraintException", WrongRegionError),
        (400, "InvalidRegionName", WrongRegionError),
        (400, "MissingContentMD5", UnsupportedError),
        (400, "AccessControlListNotSupported", UnsupportedError),
        (400, "BadDigest", DigestMismatchError),
        (400, "XAmzContentChecksumMismatch", DigestMismatchError),
    ],
)
def test_the_codes_of_known_services_are_told_apart(status: int, code: str, kind: type[StoreError]) -> None:
    error = translate(client_error(status, code), operation="put", key="a", store="s3:b")
    assert type(error) is kind


@pytest.mark.parametrize("status", [*KINDS_BY_STATUS, 500, 502, 504, 544])
def test_an_answer_without_a_code_is_classified_by_its_status(status: int) -> None:
    kind = type(translate(client_error(status)))
    assert kind is KINDS_BY_STATUS.get(status, UnavailableError)


def test_a_status_that_says_nothing_is_no_particular_error() -> None:
    assert type(translate(client_error(418))) is StoreError
    assert not StoreError.retryable


@pytest.mark.parametrize(
    ("provider", "answer"),
    [
        ("wasabi", Answer(400, "RequestRateLimitExceeded")),
        ("supabase-s3", Answer(544)),
        ("supabase-s3", Answer(429)),
        ("r2", Answer(429, "TooManyRequests")),
        ("b2", Answer(503)),
    ],
)
def test_each_service_throttles_in_its_own_way(provider: str, answer: Answer) -> None:
    assert classify(answer, load_provider(provider).throttling) is ThrottledError


def test_what_the_service_itself_answered_lands_no_more_and_of_a_gateways_answer_nobody_knows() -> None:
    assert not refusal(Answer(status=500, code="InternalError")).unanswered
    assert refusal(Answer(status=502)).unanswered


def test_the_wait_that_a_service_wishes_is_kept() -> None:
    error = translate(client_error(503, "SlowDown", headers={"Retry-After": "7"}))
    assert isinstance(error, ThrottledError)
    assert (error.retry_after, error.retryable) == (7.0, True)


@pytest.mark.parametrize(
    "refused",
    [
        client_error(400, "AuthorizationHeaderMalformed", Region="eu-west-3"),
        client_error(301, headers={"x-amz-bucket-region": "eu-west-3"}),
        client_error(400, headers={"X-Amz-Bucket-Region": "eu-west-3"}),
    ],
)
def test_a_wrong_region_is_told_with_the_right_one(refused: ClientError) -> None:
    error = translate(refused)
    assert isinstance(error, WrongRegionError)
    assert error.region == "eu-west-3"
    assert "eu-west-3" in error.hint


def test_only_code_and_message_of_an_answer_are_kept() -> None:
    refused = client_error(403, "SignatureDoesNotMatch", "They differ.", CanonicalRequest="x-amz-security-token:SECRET")
    error = translate(refused, operation="get", key="a", store="s3:b")
    assert "They differ." in str(error)
    assert "SECRET" not in f"{error!r} {error} {error.__dict__}"


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (botocore.exceptions.NoCredentialsError(), CredentialsError),
        (botocore.exceptions.ProfileNotFound(profile="x"), CredentialsError),
        (botocore.exceptions.UnauthorizedSSOTokenError(), CredentialsError),
        (botocore.exceptions.NoRegionError(), ConfigError),
        (botocore.exceptions.EndpointConnectionError(endpoint_url="http://x"), UnavailableError),
        (botocore.exceptions.ReadTimeoutError(endpoint_url="http://x"), UnavailableError),
        (botocore.exceptions.ResponseStreamingError(error="reset"), TruncatedBodyError),
        (botocore.exceptions.IncompleteReadError(actual_bytes=1, expected_bytes=2), TruncatedBodyError),
        (botocore.exceptions.FlexibleChecksumError(error_msg="x"), DigestMismatchError),
        (ProtocolError("Connection broken"), UnavailableError),
        (ConnectionResetError("reset"), UnavailableError),
    ],
)
def test_the_drivers_own_failures_are_told_apart(raised: Exception, kind: type[Exception]) -> None:
    assert type(translate(raised, operation="get", key="a", store="s3:b")) is kind


def test_an_error_says_where_it_happened() -> None:
    error = refusal(Answer(403, "AccessDenied", "No."), operation="put", key="a/b", store="s3:bucket")
    assert (error.operation, error.key, error.store) == ("put", "a/b", "s3:bucket")
    assert str(error).startswith("put 'a/b' at s3:bucket: the service answered 403: AccessDenied No.")


def test_credentials_that_were_never_given_are_not_called_wrong() -> None:
    error = translate(botocore.exceptions.NoCredentialsError(), operation="list", store="s3:bucket")
    assert error.reason == "no credentials were found"
    assert error.hint.startswith("Set AWS_ACCESS_KEY_ID")


def test_a_header_that_cannot_be_sent_is_not_shown() -> None:
    """http.client repeats it, and it may hold a session token."""
    error = botocore.exceptions.HTTPClientError(error=ValueError("Invalid header value b'token\\n'"))
    told = translate(error)
    assert "copy it anew" in str(told)
    assert "token" not in str(told)
