"""The service's refusals: hardly any comes with the HTTP status that it means.

The true status stands as a text in the JSON body, and HTTP says 400. Measured on supabase/storage
1.70.6; a newer service adds ``code``, one of mid-2025 does not.
"""

from __future__ import annotations

import json

from medialift.testing.wire import Response

TOLD_BY_HTTP = frozenset({416, 429, 500, 544})
"""Statuses that HTTP tells too."""


class Refusal(Exception):
    """One answer other than success. *http* overrules the HTTP status, *integer* writes the body's as a number."""

    def __init__(
        self, status: int, error: str, message: str, code: str = "", *, http: int | None = None, integer: bool = False
    ) -> None:
        super().__init__(message)
        self.status, self.error, self.message, self.code = status, error, message, code
        self.http = http or (status if status in TOLD_BY_HTTP else 400)
        self._integer = integer

    def response(self) -> Response:
        """The answer in JSON."""
        body = {"statusCode": self.status if self._integer else str(self.status), "error": self.error}
        body["message"] = self.message
        if self.code:
            body["code"] = self.code
        return Response(self.http, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(body).encode())

    def as_text(self) -> Response:
        """The answer of the resumable protocol: the true status, and nothing but the message."""
        return Response(self.status, {"Content-Type": "text/plain"}, self.message.encode())


def no_such_key() -> Refusal:
    return Refusal(404, "not_found", "Object not found", "NoSuchKey")


def vanished() -> Refusal:
    """The version of an object whose row was read just before it was replaced."""
    return Refusal(404, "Not found", "The resource was not found", "NoSuchKey")


def no_such_bucket() -> Refusal:
    return Refusal(404, "Bucket not found", "Bucket not found", "NoSuchBucket")


def bucket_of_relation_missing() -> Refusal:
    return Refusal(404, "InvalidRequest", "The related resource does not exist", "InvalidRequest")


def duplicate(code: str = "KeyAlreadyExists") -> Refusal:
    return Refusal(409, "Duplicate", "The resource already exists", code)


def invalid_key(key: str) -> Refusal:
    return Refusal(400, "InvalidKey", f"Invalid key: {key}", "InvalidKey")


def invalid_bucket_name() -> Refusal:
    return Refusal(400, "Invalid Input", "Bucket name invalid", "InvalidBucketName")


def too_large() -> Refusal:
    return Refusal(413, "Payload too large", "The object exceeded the maximum allowed size", "EntityTooLarge")


def mime_refused(message: str) -> Refusal:
    return Refusal(415, "invalid_mime_type", message, "InvalidMimeType")


def unauthorized(message: str) -> Refusal:
    return Refusal(403, "Unauthorized", message, "AccessDenied")


def row_security() -> Refusal:
    return unauthorized("new row violates row-level security policy")


def no_authorization() -> Refusal:
    return Refusal(400, "Error", "headers must have required property 'authorization'", "InvalidRequest")


def invalid_range() -> Refusal:
    return Refusal(416, "invalid_range", "invalid range provided", "InvalidRange")


def invalid_body(message: str) -> Refusal:
    return Refusal(400, "Error", message, "InvalidRequest")


def invalid_signature(message: str = "Invalid signature") -> Refusal:
    return Refusal(400, "InvalidSignature", message, "InvalidSignature")


def internal(message: str = "Internal Server Error") -> Refusal:
    return Refusal(500, "Internal", message, "InternalError")


def no_such_route(method: str, path: str) -> Refusal:
    return Refusal(404, "Not Found", f"Route {method}:{path} not found", "InvalidRequest", http=404)


def bad_url(path: str) -> Refusal:
    """The web framework's own refusal, of another form than the service's."""
    message = f"'{path}' is not a valid url component"
    return Refusal(400, "Bad Request", message, "FST_ERR_BAD_URL", integer=True)
