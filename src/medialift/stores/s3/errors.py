"""What an S3 service or the boto3 driver says, as this package's own errors.

Services agree on HTTP statuses more than on codes, and some answer without any code (every HEAD,
Supabase's S3 protocol): the code decides where it is known, else the status.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from medialift.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    BucketNotFoundError,
    ClockSkewError,
    ConfigError,
    CredentialsError,
    DigestMismatchError,
    InvalidKeyError,
    KeyTooLongError,
    MedialiftError,
    NoSpaceError,
    NotFoundError,
    PreconditionError,
    StoreError,
    ThrottledError,
    TooLargeError,
    TruncatedBodyError,
    UnavailableError,
    UnsupportedError,
    WrongRegionError,
)
from medialift.providers import Provider, Throttling
from medialift.stores.client_settings import UNREACHABLE
from medialift.stores.redaction import UNSENDABLE, shows_header

DRIVER_ERRORS = (BotoCoreError, ClientError, HTTPError)
"""Everything that a boto3 client or one of its bodies raises on its own."""

KINDS_BY_CODE: Mapping[type[StoreError], tuple[str, ...]] = {
    NotFoundError: ("NoSuchKey", "NoSuchVersion", "NotFound"),
    BucketNotFoundError: ("NoSuchBucket", "InvalidBucketName"),
    AlreadyExistsError: ("BucketAlreadyExists", "BucketAlreadyOwnedByYou"),
    PreconditionError: ("PreconditionFailed",),
    AccessDeniedError: (
        "AccessDenied", "AccountProblem", "AllAccessDisabled", "NotEntitled", "ObjectLockedByBucketPolicy",
        "UnauthorizedAccess",
    ),
    CredentialsError: (
        "ExpiredToken", "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidSecurity", "InvalidToken",
        "Malformed Access Key Id", "MissingSecurityHeader", "NotSignedUp", "SignatureDoesNotMatch",
        "TokenRefreshRequired", "Unauthorized", "UserSuspended",
    ),
    WrongRegionError: (
        "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "InvalidLocationConstraint",
        "InvalidRegionName", "PermanentRedirect", "TemporaryRedirect",
    ),
    ClockSkewError: ("ExpiredRequest", "RequestExpired", "RequestTimeTooSkewed"),
    InvalidKeyError: ("InvalidKey", "InvalidObjectName", "InvalidURI", "XMinioInvalidObjectName"),
    KeyTooLongError: ("KeyTooLong", "KeyTooLongError"),
    TooLargeError: ("EntityTooLarge", "MaxMessageLengthExceeded", "MetadataTooLarge"),
    UnsupportedError: (
        "AccessControlListNotSupported", "EntityTooSmall", "InvalidArgument", "InvalidEncryptionAlgorithmError",
        "InvalidMimeType", "InvalidObjectState", "InvalidRange", "InvalidRequest", "InvalidStorageClass",
        "MalformedXML", "MethodNotAllowed", "MissingContentLength", "MissingContentMD5", "NotImplemented",
    ),
    DigestMismatchError: (
        "BadDigest", "InvalidDigest", "InvalidPart", "InvalidPartOrder", "XAmzContentChecksumMismatch",
        "XAmzContentSHA256Mismatch",
    ),
    NoSpaceError: ("InsufficientStorage", "QuotaExceeded", "XMinioStorageFull", "cap_exceeded", "storage_cap_exceeded"),
    ThrottledError: (
        "BandwidthLimitExceeded", "RequestLimitExceeded", "RequestRateLimitExceeded", "ServerBusy",
        "ServiceUnavailable", "SlowDown", "SlowDownRead", "SlowDownWrite", "Throttling", "ThrottlingException",
        "TooManyRequests",
    ),
    UnavailableError: (
        "ConditionalRequestConflict", "IncompleteBody", "InternalError", "NoSuchUpload", "OperationAborted",
        "RequestTimeout",
    ),
}  # fmt: skip
"""Error codes of S3 and of the services that speak its protocol. A lost race (409) is worth another try."""

EXPIRED = frozenset({"ExpiredToken", "TokenRefreshRequired"})
"""Codes by which the service says that the credentials were good once."""

KINDS_BY_STATUS: Mapping[int, type[StoreError]] = {
    301: WrongRegionError,
    307: WrongRegionError,
    401: CredentialsError,
    403: AccessDeniedError,
    404: NotFoundError,
    405: UnsupportedError,
    408: UnavailableError,
    409: UnavailableError,
    411: UnsupportedError,
    412: PreconditionError,
    413: TooLargeError,
    414: KeyTooLongError,
    415: UnsupportedError,
    416: UnsupportedError,
    501: UnsupportedError,
    507: NoSpaceError,
}
"""For answers without a known code. Every other 5xx is :class:`UnavailableError`."""

KINDS_BY_EXCEPTION: Mapping[type[MedialiftError], tuple[str, ...]] = {
    UnavailableError: (
        "CapacityNotAvailableError", "ConnectionError", "EventStreamError", "HTTPClientError", "HTTPError", "OSError",
        "PaginationError",
    ),
    TruncatedBodyError: ("IncompleteReadError", "ResponseStreamingError"),
    DigestMismatchError: ("AwsChunkedWrapperError", "ChecksumError", "FlexibleChecksumError"),
    CredentialsError: (
        "CredentialRetrievalError", "InvalidIMDSEndpointError", "InvalidIMDSEndpointModeError", "LoginError",
        "MetadataRetrievalError", "NoAuthTokenError", "NoCredentialsError", "PartialCredentialsError",
        "ProfileNotFound", "RefreshWithMFAUnsupportedError", "SSOError", "TokenRetrievalError",
        "UnknownCredentialError", "UnknownTokenProviderError",
    ),
    UnsupportedError: (
        "MD5UnavailableError", "OperationNotPageableError", "ParamValidationError", "UnknownClientMethodError",
        "UnseekableStreamError", "UnsupportedOutpostResourceError", "UnsupportedS3AccesspointConfigurationError",
        "UnsupportedS3ArnError", "UnsupportedS3ControlArnError", "UnsupportedS3ControlConfigurationError",
    ),
    ConfigError: (
        "ApiVersionNotFoundError", "BaseEndpointResolverError", "ConfigNotFound", "ConfigParseError",
        "DataNotFoundError", "EndpointProviderError", "InvalidChecksumConfigError", "InvalidConfigError",
        "InvalidDNSNameError", "InvalidDefaultsMode", "InvalidEndpointConfigurationError",
        "InvalidEndpointDiscoveryConfigurationError", "InvalidExpressionError", "InvalidHostLabelError",
        "InvalidProxiesConfigError", "InvalidRetryConfigurationError", "InvalidS3AddressingStyleError",
        "InvalidS3UsEast1RegionalEndpointConfigError", "InvalidSTSRegionalEndpointsConfigError",
        "MissingDependencyException", "MissingParametersError", "ServiceNotInRegionError", "UnknownRegionError",
        "UnknownServiceStyle", "UnknownSignatureVersionError", "UnsupportedS3ConfigurationError",
        "UnsupportedServiceProtocolsError", "UnsupportedSignatureVersionError", "ValidationError",
    ),
}  # fmt: skip
"""botocore's (and urllib3's) exceptions by name; a class that is not here counts as its nearest listed ancestor."""

HINTS: Mapping[type[MedialiftError], str] = {
    BucketNotFoundError: "Check the bucket's name, the endpoint and the account; create the bucket if it is new.",
    AccessDeniedError: "Allow this operation to the credentials, in the bucket's or the account's policy.",
    CredentialsError: "Check the access key and the secret, or log in again (aws sso login) if they are temporary.",
    ClockSkewError: "Set this machine's clock, for example with chrony or systemd-timesyncd.",
    WrongRegionError: "Set the region of the bucket.",
    UnavailableError: UNREACHABLE,
}

NO_CREDENTIALS = (
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or access_key_id and secret_access_key in the storage's OPTIONS, "
    "or give the machine a role."
)
"""Where it is not known whose they are."""


def no_credentials(provider: Provider) -> str:
    """What to set where there are none, by the names that the provider's keys have."""
    names = [provider.environment[option][0] for option in ("access_key_id", "secret_access_key")]
    role = ", or give the machine a role" if provider.endpoint.sdk_default else ""
    return f"Set {' and '.join(names)}, or access_key_id and secret_access_key in the storage's OPTIONS{role}."


_CODES = {code: kind for kind, codes in KINDS_BY_CODE.items() for code in codes}
_EXCEPTIONS = {name: kind for kind, names in KINDS_BY_EXCEPTION.items() for name in names}


@dataclass(frozen=True, slots=True)
class Answer:
    """A service's refusal, whichever driver received it. Header names are in lower case."""

    status: int = 0
    code: str = ""
    message: str = ""
    region: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def classify(answer: Answer, throttling: Throttling | None = None) -> type[StoreError]:
    """The kind of error that this answer is."""
    if throttling and answer.code in throttling.codes:
        return ThrottledError
    if answer.code in _CODES:
        return _CODES[answer.code]
    if answer.status == 400 and answer.region:
        return WrongRegionError
    if throttling and answer.status in throttling.statuses:
        return ThrottledError
    return KINDS_BY_STATUS.get(answer.status, UnavailableError if answer.status >= 500 else StoreError)


def refusal(answer: Answer, throttling: Throttling | None = None, **where: str) -> StoreError:
    """The error for this answer; *where* are ``operation``, ``key`` and ``store``."""
    kind = classify(answer, throttling)
    error = kind(_reason(answer), hint=HINTS.get(kind, ""), **where)
    if isinstance(error, WrongRegionError) and answer.region:
        error.region = answer.region
        error.hint = f"The bucket lives in {answer.region}: set this as its region."
    if isinstance(error, CredentialsError):
        error.expired = answer.code in EXPIRED
    if isinstance(error, UnavailableError) and answer.code:
        error.unanswered = False  # the service itself is done with it; a gateway in front of it sends no code
    if isinstance(error, ThrottledError):
        error.retry_after = _seconds(answer.headers.get("retry-after", ""))
    return error


def translate(error: Exception, throttling: Throttling | None = None, **where: str) -> MedialiftError:
    """The error for whatever the boto3 driver raised; *where* are ``operation``, ``key`` and ``store``."""
    if isinstance(error, ClientError):
        return refusal(answer_of(error), throttling, **where)
    names = [parent.__name__ for parent in type(error).__mro__]
    kind = next((_EXCEPTIONS[name] for name in names if name in _EXCEPTIONS), StoreError)
    if "Invalid bucket name" in str(error):
        kind = BucketNotFoundError
    if "NoCredentialsError" in names:
        return CredentialsError("no credentials were found", hint=NO_CREDENTIALS, **where)
    reason = f"{type(error).__name__}: {UNSENDABLE if shows_header(str(error)) else error}"
    if issubclass(kind, StoreError):
        return kind(reason, hint=HINTS.get(kind, ""), **where)
    return kind(reason, hint=HINTS.get(kind, ""))


def answer_of(error: ClientError) -> Answer:
    """What the service said. Only the code and the message are kept: bodies can repeat a session token."""
    response: Mapping[str, Any] = error.response
    meta, body = response.get("ResponseMetadata", {}), response.get("Error", {})
    headers = {str(name).lower(): str(value) for name, value in meta.get("HTTPHeaders", {}).items()}
    code = str(body.get("Code", ""))
    return Answer(
        status=int(meta.get("HTTPStatusCode") or (code if code.isdecimal() else 0)),
        code="" if code.isdecimal() else code,
        message=str(body.get("Message") or ""),  # an empty element, as Ceph sends it, arrives as None
        region=headers.get("x-amz-bucket-region") or str(body.get("Region", "")),
        headers=headers,
    )


def status_of(error: BaseException) -> int:
    """The HTTP status behind a translated error, 0 if there was no answer."""
    return answer_of(error.__cause__).status if isinstance(error.__cause__, ClientError) else 0


def code_of(error: BaseException) -> str:
    """The service's code behind a translated error, empty if it sent none."""
    return answer_of(error.__cause__).code if isinstance(error.__cause__, ClientError) else ""


def was_retried(error: BaseException) -> bool:
    """Whether the driver had sent the request more than once: then an earlier one may have been done."""
    cause = error.__cause__
    return isinstance(cause, ClientError) and cause.response.get("ResponseMetadata", {}).get("RetryAttempts", 0) > 0


def _reason(answer: Answer) -> str:
    said = " ".join(part for part in (answer.code, answer.message.strip()) if part)
    return f"the service answered {answer.status}{': ' if said else ''}{said}"


def _seconds(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
