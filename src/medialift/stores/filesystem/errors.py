"""From the operating system's error numbers to medialift's errors. Numbers: POSIX.1-2017, ``errno.h``."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from medialift import errors
from medialift.errors import StoreError

ERRORS: Mapping[int, type[StoreError]] = {
    errno.ENOENT: errors.NotFoundError,
    errno.ENOTDIR: errors.NotFoundError,
    errno.EISDIR: errors.NotFoundError,
    errno.ELOOP: errors.NotFoundError,
    errno.ENXIO: errors.NotFoundError,  # what open() says of a socket
    errno.EEXIST: errors.AlreadyExistsError,
    errno.EACCES: errors.AccessDeniedError,
    errno.EPERM: errors.AccessDeniedError,
    errno.EROFS: errors.ReadOnlyError,
    errno.ENOSPC: errors.NoSpaceError,
    errno.EDQUOT: errors.NoSpaceError,
    errno.EFBIG: errors.TooLargeError,
    errno.ENAMETOOLONG: errors.KeyTooLongError,
    errno.EILSEQ: errors.InvalidKeyError,  # the file system takes only its own encoding
    errno.EINVAL: errors.InvalidKeyError,  # FAT and its kin refuse : ? * and others
    errno.ENOLCK: errors.UnsupportedError,
    errno.ENOSYS: errors.UnsupportedError,
    errno.EOPNOTSUPP: errors.UnsupportedError,
    # A network file system that does not answer, or a process that has too much open: later may be better.
    errno.EAGAIN: errors.UnavailableError,
    errno.EBUSY: errors.UnavailableError,
    errno.EIO: errors.UnavailableError,
    errno.EMFILE: errors.UnavailableError,
    errno.ENFILE: errors.UnavailableError,
    errno.ENOMEM: errors.UnavailableError,
    errno.ESTALE: errors.UnavailableError,
    errno.ETIMEDOUT: errors.UnavailableError,
}
"""Every other number becomes a plain :class:`StoreError`."""

CANNOT_HOLD = frozenset({errno.ENOTDIR, errno.EISDIR})
"""Where a file was to be written, these mean: a file is in the way of a folder, or the other way round."""


HINTS: Mapping[type[StoreError], str] = {
    errors.NoSpaceError: "Make room on this disk, or raise its quota, and do it again.",
    errors.ReadOnlyError: "Mount this file system so that it can be written, or choose another folder.",
    errors.AccessDeniedError: "Give the user of this process the right to do this here.",
}


@contextmanager
def translated(*, operation: str, key: str, store: str) -> Iterator[None]:
    """Raise what the operating system raises as one of medialift's errors, with its cause."""
    try:
        yield
    except StoreError:
        raise
    except OSError as error:
        raise explained(error, operation=operation, key=key, store=store) from error


def explained(error: OSError, *, operation: str, key: str, store: str) -> StoreError:
    """One of medialift's errors for what the operating system said."""
    kind = ERRORS.get(error.errno or 0, StoreError)
    if operation == "put" and error.errno in CANNOT_HOLD:
        kind = errors.InvalidKeyError
    reason = os.strerror(error.errno) if error.errno else str(error)
    return kind(reason, operation=operation, key=key, store=store, hint=HINTS.get(kind, ""))
