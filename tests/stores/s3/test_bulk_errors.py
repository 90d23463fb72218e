"""Whatever obstore raises becomes one of this package's errors, without the service's whole answer."""

from __future__ import annotations

import inspect

import obstore.exceptions
import pytest
from obstore.exceptions import AlreadyExistsError, GenericError, PermissionDeniedError, UnauthenticatedError

from medialift.errors import (
    AccessDeniedError,
    CredentialsError,
    NotFoundError,
    PreconditionError,
    UnavailableError,
    WrongRegionError,
)
from medialift.providers import load_provider
from medialift.stores.s3.bulk_errors import KINDS_BY_EXCEPTION, answer_of, is_beyond_driver, translate

THROTTLING = load_provider("s3").throttling
REFUSED = """Error performing PUT https://b.example.org/k in 5ms - Server returned non-2xx status code: 403 Forbidden: \
<Error><Code>AccessDenied</Code><Message>No &amp; no.</Message><StringToSign>TOKEN</StringToSign></Error>

Debug source:
PermissionDenied { path: "k", body: Some("<Error><Code>AccessDenied</Code><StringToSign>TOKEN</StringToSign>") }"""


@pytest.mark.parametrize(
    "kind",
    [kind for _, kind in inspect.getmembers(obstore.exceptions, inspect.isclass) if kind.__name__ != "BaseError"],
    ids=lambda kind: str(kind.__name__),
)
def test_every_exception_of_the_driver_is_in_the_table(kind: type[Exception]) -> None:
    assert kind.__name__ in KINDS_BY_EXCEPTION


def test_status_code_and_message_are_read_and_nothing_else() -> None:
    answer = answer_of(PermissionDeniedError(REFUSED))
    assert (answer.status, answer.code, answer.message) == (403, "AccessDenied", "No & no.")
    error = translate(PermissionDeniedError(REFUSED), THROTTLING, operation="put", key="k", store="s3:b")
    assert type(error) is AccessDeniedError
    assert "TOKEN" not in f"{error!r} {error} {error.__dict__}"


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (FileNotFoundError("Object at location k not found: status code: 404 Not Found: "), NotFoundError),
        (AlreadyExistsError("already exists: status code: 412 Precondition Failed: "), PreconditionError),
        (AlreadyExistsError("already exists: status code: 409 Conflict: "), PreconditionError),
        (UnauthenticatedError("External AWS credential provider: PyErr { line = 'hunter2' }"), CredentialsError),
        (GenericError("Generic S3 error: HTTP error: error sending request"), UnavailableError),
        (GenericError("Received redirect without LOCATION, this normally indicates …"), WrongRegionError),
    ],
)
def test_the_drivers_own_failures_are_told_apart(raised: Exception, kind: type[Exception]) -> None:
    error = translate(raised, THROTTLING, operation="get", key="k", store="s3:b")
    assert type(error) is kind
    assert "hunter2" not in str(error)


@pytest.mark.parametrize(
    ("raised", "beyond"),
    [
        (GenericError("Received non-partial response when range requested"), True),
        (GenericError("Content-Disposition header contained non UTF-8 characters"), True),
        (GenericError("Server returned non-2xx status code: 416 Range Not Satisfiable: "), True),
        (GenericError("Generic S3 error: HTTP error: error sending request"), False),
        (GenericError("Server returned non-2xx status code: 500 Internal Server Error: "), False),
        (FileNotFoundError("status code: 404 Not Found"), False),
        (GenericError("Received redirect without LOCATION"), False),
    ],
)
def test_an_answer_that_only_this_driver_cannot_read_is_known(raised: Exception, beyond: bool) -> None:
    assert is_beyond_driver(raised) is beyond
