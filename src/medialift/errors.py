"""Every error that medialift raises.

::

    MedialiftError
    ├── ConfigError                 a setting, DSN or option is wrong
    │   └── MissingExtraError       an optional dependency is not installed
    ├── StoreError                  a store could not do what it was asked
    │   ├── NotFoundError           (FileNotFoundError) no object has this key
    │   ├── BucketNotFoundError     (FileNotFoundError) the bucket or folder is not there
    │   ├── AlreadyExistsError      (FileExistsError) the key is taken
    │   ├── PreconditionError       the object is not the version that was asked for
    │   ├── AccessDeniedError       (PermissionError) known credentials, not allowed
    │   ├── CredentialsError        (PermissionError) credentials missing, wrong or expired
    │   ├── WrongRegionError        the bucket lives in another region
    │   ├── ClockSkewError          this machine's clock is off
    │   ├── InvalidKeyError         (ValueError) the store cannot hold this key
    │   │   └── KeyTooLongError
    │   ├── TooLargeError           the store cannot hold an object of this size
    │   ├── UnsupportedError        the store has no such operation
    │   ├── DigestMismatchError     the bytes that arrived are not the bytes that were sent
    │   ├── NoSpaceError            (OSError) the disk or quota is full
    │   ├── ReadOnlyError           (PermissionError) the store refuses every write
    │   │   └── UploadsFrozenError  retryable: the site's uploads are frozen for a moment (HTTP 503)
    │   ├── ForkedStoreError        the store was opened before this process forked
    │   ├── ThrottledError          retryable: the service asks for fewer requests
    │   └── UnavailableError        retryable: no answer, a broken connection, a server error
    │       └── TruncatedBodyError  retryable: the body ended before its announced length
    └── MoveError                   a move cannot start or go on
        ├── RefusedError            the request makes no sense or is not safe
        ├── SourceChangedError      retryable: the file changed while it was read
        └── LedgerError             the ledger cannot be read or written

Catch :class:`MedialiftError` for all of them::

    try:
        store.head("photos/cat.jpg")
    except medialift.NotFoundError:
        ...
    except medialift.StoreError as error:
        log.warning("%s", error, extra=error.as_dict())
"""

from __future__ import annotations

import errno
from typing import Any, ClassVar


class MedialiftError(Exception):
    """Base of every error of this package.

    ``reason`` says what is wrong, ``hint`` what to do about it (a command or a setting to type).
    """

    retryable: ClassVar[bool] = False

    def __init__(self, reason: str, *, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.reason}\n  {self.hint}" if self.hint else self.reason

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions cross process borders (multiprocessing, task queues): fields must survive.
        return _rebuild, (type(self), self.reason, self.__dict__.copy())

    def as_dict(self) -> dict[str, str | bool]:
        """The error as JSON-ready fields; never holds a secret."""
        return {"error": type(self).__name__, "reason": self.reason, "hint": self.hint, "retryable": self.retryable}


def _rebuild(kind: type[MedialiftError], reason: str, state: dict[str, Any]) -> MedialiftError:
    error = kind(reason)
    error.__dict__.update(state)
    return error


def _fill(error: OSError, number: int | None, reason: str, key: str) -> None:
    """Give one of Python's own errors the fields that its handlers look at."""
    error.errno, error.strerror, error.filename = number, reason, key or None


class ConfigError(MedialiftError):
    """A setting, DSN or option is wrong."""


class MissingExtraError(ConfigError):
    """An optional dependency is not installed; the hint is the pip command."""


class StoreError(MedialiftError):
    """A store could not do what it was asked.

    ``operation`` is the store's verb (``"put"``), ``key`` the object's key or ``""``,
    ``store`` the printable identity of the store. None of them holds a secret. ``unanswered`` says that
    what was to be written may still land: it was sent, and no answer came.
    """

    errno_value: ClassVar[int | None] = None
    unanswered: bool = False

    def __init__(self, reason: str, *, operation: str = "", key: str = "", store: str = "", hint: str = "") -> None:
        super().__init__(reason, hint=hint)
        self.operation = operation
        self.key = key
        self.store = store
        if isinstance(self, OSError):
            _fill(self, self.errno_value, reason, key)

    def __str__(self) -> str:
        where = " ".join(part for part in (self.operation, repr(self.key) if self.key else "") if part)
        at = f" at {self.store}" if self.store else ""
        head = f"{where}{at}: " if where or at else ""
        return head + super().__str__()

    def as_dict(self) -> dict[str, str | bool]:
        return {**super().as_dict(), "operation": self.operation, "key": self.key, "store": self.store}


class NotFoundError(StoreError, FileNotFoundError):
    """No object has this key."""

    errno_value = errno.ENOENT


class BucketNotFoundError(StoreError, FileNotFoundError):
    """The bucket or the folder itself is not there: a wrong setting, never a missing file."""

    errno_value = errno.ENOENT


class AlreadyExistsError(StoreError, FileExistsError):
    """The key is taken and the call asked to create it."""

    errno_value = errno.EEXIST


class PreconditionError(StoreError):
    """The object is not, or no longer, the version that was asked for."""


class AccessDeniedError(StoreError, PermissionError):
    """The credentials are known, and this operation is not allowed to them."""

    errno_value = errno.EACCES


class CredentialsError(StoreError, PermissionError):
    """The credentials are missing, wrong or expired; ``expired`` says that the service told the last."""

    errno_value = errno.EACCES
    expired: bool = False


class WrongRegionError(StoreError):
    """The bucket lives in another region; ``region`` names it where the service told."""

    region: str = ""


class ClockSkewError(StoreError):
    """The service refused the signature because this machine's clock is off."""


class InvalidKeyError(StoreError, ValueError):
    """The store cannot hold an object under this key."""


class KeyTooLongError(InvalidKeyError):
    """The key has more bytes than the store allows."""


class TooLargeError(StoreError):
    """The object has more bytes than the store allows."""


class UnsupportedError(StoreError):
    """The store has no such operation, or cannot give the promise that was asked for."""


class DigestMismatchError(StoreError):
    """The bytes that arrived are not the bytes that were sent.

    ``etag`` is that of the wrong object, where the put that failed has left it under the key.
    """

    etag: str | None = None


class NoSpaceError(StoreError, OSError):
    """The disk, or the account's quota, is full."""

    errno_value = errno.ENOSPC


class ReadOnlyError(StoreError, PermissionError):
    """The store refuses every write."""

    errno_value = errno.EROFS


class UploadsFrozenError(ReadOnlyError):
    """The site's uploads are frozen for a moment; ``retry_after`` is the expected rest in seconds.

    ``status_code`` is what web frameworks answer with that look for it.
    """

    retryable = True
    retry_after: int = 60
    status_code: ClassVar[int] = 503


class ForkedStoreError(StoreError):
    """The store was opened before this process forked, and cannot be used in the child."""


class ThrottledError(StoreError):
    """The service asks for fewer requests; ``retry_after`` is its wish in seconds, if it named one."""

    retryable = True
    retry_after: float | None = None


class UnavailableError(StoreError):
    """No answer, a broken connection, a timeout or a server error."""

    retryable = True
    unanswered = True


class TruncatedBodyError(UnavailableError):
    """The body ended before its announced length."""


class MoveError(MedialiftError):
    """A move cannot start or go on."""


class RefusedError(MoveError):
    """The request makes no sense or is not safe; nothing was written."""


class SourceChangedError(MoveError):
    """The file changed while it was read."""

    retryable = True


class LedgerError(MoveError):
    """The ledger cannot be read or written."""
