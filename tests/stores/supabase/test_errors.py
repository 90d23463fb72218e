"""What the service says, as this package's own errors: supabase.md §1."""

from __future__ import annotations

import json
import pickle

import pytest

from medialift.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    BucketNotFoundError,
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
from medialift.stores.supabase.caller import Role
from medialift.stores.supabase.errors import answer_of, classify, read_answer, refusal

THROTTLING = load_provider("supabase").throttling

# Code, error and status of newer services; those of mid-2025 send the same without the code.
ENVELOPES: list[tuple[str, str, str, str, type[StoreError]]] = [
    ("404", "not_found", "NoSuchKey", "Object not found", NotFoundError),
    ("404", "Not found", "NoSuchKey", "The resource was not found", NotFoundError),
    ("404", "Bucket not found", "NoSuchBucket", "Bucket not found", BucketNotFoundError),
    ("404", "InvalidRequest", "InvalidRequest", "The related resource does not exist", BucketNotFoundError),
    ("400", "Invalid Input", "InvalidBucketName", "Bucket name invalid", BucketNotFoundError),
    ("409", "Duplicate", "KeyAlreadyExists", "The resource already exists", AlreadyExistsError),
    ("409", "Duplicate", "BucketAlreadyExists", "The resource already exists", AlreadyExistsError),
    ("400", "InvalidKey", "InvalidKey", "Invalid key: é.txt", InvalidKeyError),
    ("413", "Payload too large", "EntityTooLarge", "The object exceeded the maximum allowed size", TooLargeError),
    ("415", "invalid_mime_type", "InvalidMimeType", "mime type application/pdf is not supported", UnsupportedError),
    ("400", "Error", "InvalidRequest", "headers must have required property 'authorization'", CredentialsError),
    ("403", "Unauthorized", "AccessDenied", "Invalid Compact JWS", CredentialsError),
    ("403", "Unauthorized", "AccessDenied", "signature verification failed", CredentialsError),
    ("403", "Unauthorized", "AccessDenied", '"exp" claim timestamp check failed', CredentialsError),
    ("403", "Unauthorized", "AccessDenied", 'permission denied to set role "postgres"', CredentialsError),
    ("403", "Unauthorized", "AccessDenied", "new row violates row-level security policy", AccessDeniedError),
    ("403", "Unauthorized", "AccessDenied", "Access denied", AccessDeniedError),
    ("400", "InvalidParameter", "InvalidParameter", 'invalid input syntax for type uuid: "a|1"', CredentialsError),
    ("400", "InvalidJWT", "InvalidJWT", "signature verification failed", CredentialsError),
    ("416", "invalid_range", "InvalidRange", "invalid range provided", UnsupportedError),
    ("500", "DatabaseError", "DatabaseError", "database error, code: 22023", UnavailableError),
    ("500", "Internal", "InternalError", "Internal Server Error", UnavailableError),
    ("429", "too_many_connections", "SlowDown", "Too many connections issued to the database", ThrottledError),
    ("544", "DatabaseTimeout", "DatabaseTimeout", "The connection to the database timed out", ThrottledError),
]


def envelope(status: str, error: str, code: str, message: str) -> bytes:
    body = {"statusCode": status, "error": error, "message": message, **({"code": code} if code else {})}
    return json.dumps(body).encode()


@pytest.mark.parametrize("has_code", [True, False], ids=["newer", "older"])
@pytest.mark.parametrize(("status", "error", "code", "message", "kind"), ENVELOPES)
def test_every_measured_refusal_is_told_apart_although_http_says_400(
    status: str, error: str, code: str, message: str, kind: type[StoreError], has_code: bool
) -> None:
    answer = read_answer(400, {}, envelope(status, error, code if has_code else "", message))
    assert answer.status == int(status)
    assert classify(answer, THROTTLING) is kind


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (409, "The resource already exists", AlreadyExistsError),
        (404, "Bucket not found", BucketNotFoundError),
        (403, "new row violates row-level security policy", AccessDeniedError),
        (413, "Maximum size exceeded\n", TooLargeError),
        (415, "mime type application/pdf is not supported", UnsupportedError),
        (400, "Invalid key: é", InvalidKeyError),
        (412, "Tus-Resumable Required", UnsupportedError),
    ],
)
def test_resumable_uploads_answer_in_text(status: int, text: str, kind: type[StoreError]) -> None:
    answer = read_answer(status, {"content-type": "text/plain"}, text.encode())
    assert (answer.status, answer.message) == (status, text.strip())
    assert classify(answer, THROTTLING) is kind


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, b'{"message":"Invalid API key"}', CredentialsError),
        (502, b"<html>Bad gateway</html>", UnavailableError),
        (400, b'{"error":"Bad Request","message":"Client Error","statusCode":400}', UnsupportedError),
        (404, b"[]", NotFoundError),
        (400, b"", UnsupportedError),
    ],
)
def test_what_stands_before_the_service_answers_in_its_own_form(
    status: int, body: bytes, kind: type[StoreError]
) -> None:
    answer = read_answer(status, {"content-type": "text/html"}, body)
    assert classify(answer, THROTTLING) is kind
    assert "<html>" not in answer.message


class TestHints:
    def denied(self, role: Role, message: str = "new row violates row-level security policy") -> StoreError:
        answer = read_answer(400, {}, envelope("403", "Unauthorized", "AccessDenied", message))
        return refusal(answer, THROTTLING, role, operation="put", key="a", store="s")

    def test_to_the_anon_key_name_the_service_key(self) -> None:
        assert "SUPABASE_SERVICE_KEY" in self.denied(Role.ANYBODY).hint

    def test_to_a_user_name_the_policies(self) -> None:
        assert "SELECT, INSERT and UPDATE" in self.denied(Role.USER).hint

    def test_of_a_subject_that_is_no_uuid_name_the_policy(self) -> None:
        error = self.denied(Role.USER, 'invalid input syntax for type uuid: "auth0|42"')
        assert "auth.jwt()" in error.hint

    def test_the_wish_for_a_pause_is_kept(self) -> None:
        answer = read_answer(429, {"retry-after": "7"}, b"{}")
        error = refusal(answer, THROTTLING, Role.SERVICE)
        assert isinstance(error, ThrottledError)
        assert error.retry_after == 7

    def test_the_answer_stays_with_the_error_and_travels(self) -> None:
        error = self.denied(Role.USER)
        answer = answer_of(error)
        assert answer is not None
        assert answer.code == "AccessDenied"
        assert pickle.loads(pickle.dumps(error)).as_dict() == error.as_dict()
