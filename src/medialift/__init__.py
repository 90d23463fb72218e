"""Move a Django site's media to object storage, prove that every file arrived, and run them there."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from medialift.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    BucketNotFoundError,
    ClockSkewError,
    ConfigError,
    CredentialsError,
    DigestMismatchError,
    ForkedStoreError,
    InvalidKeyError,
    KeyTooLongError,
    LedgerError,
    MedialiftError,
    MissingExtraError,
    MoveError,
    NoSpaceError,
    NotFoundError,
    PreconditionError,
    ReadOnlyError,
    RefusedError,
    SourceChangedError,
    StoreError,
    ThrottledError,
    TooLargeError,
    TruncatedBodyError,
    UnavailableError,
    UnsupportedError,
    UploadsFrozenError,
    WrongRegionError,
)

if TYPE_CHECKING:
    from medialift.conf import config
    from medialift.storage import MediaStorage

__version__ = "0.1.0"

__all__ = [
    "AccessDeniedError",
    "AlreadyExistsError",
    "BucketNotFoundError",
    "ClockSkewError",
    "ConfigError",
    "CredentialsError",
    "DigestMismatchError",
    "ForkedStoreError",
    "InvalidKeyError",
    "KeyTooLongError",
    "LedgerError",
    "MediaStorage",
    "MedialiftError",
    "MissingExtraError",
    "MoveError",
    "NoSpaceError",
    "NotFoundError",
    "PreconditionError",
    "ReadOnlyError",
    "RefusedError",
    "SourceChangedError",
    "StoreError",
    "ThrottledError",
    "TooLargeError",
    "TruncatedBodyError",
    "UnavailableError",
    "UnsupportedError",
    "UploadsFrozenError",
    "WrongRegionError",
    "config",
]

_LAZY = {"config": "medialift.conf", "MediaStorage": "medialift.storage"}
"""Imported when first asked for: a settings module may import this package before Django is set up."""


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
