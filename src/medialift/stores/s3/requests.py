"""Sends one store's requests through boto3, and explains every refusal."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from medialift.errors import (
    AccessDeniedError,
    BucketNotFoundError,
    CredentialsError,
    MedialiftError,
    NotFoundError,
    StoreError,
    UnsupportedError,
    WrongRegionError,
)
from medialift.stores.s3.client import ClientSource
from medialift.stores.s3.errors import (
    DRIVER_ERRORS,
    NO_CREDENTIALS,
    Answer,
    code_of,
    no_credentials,
    refusal,
    translate,
)

ABOUT_SETTINGS = re.compile(
    r"(get|put|delete)_(bucket_(?!location)|public_access_block|object_)\w*|list_object_versions"
)
"""Requests about a sub-resource: a setting of the bucket, a part of an object that is not its body."""

ABOUT_OBJECTS = frozenset({"get", "head", "delete", "bring_back"})
"""Verbs whose 404 may mean the object; that of any other verb means the bucket."""


class Requests:
    """One bucket's requests. Errors carry the verb, the store's key and the store's name."""

    def __init__(self, source: ClientSource) -> None:
        self.source = source
        self.place = source.place
        self.store = str(source.place.identity)
        self._bucket_was_seen = False

    def where(self, operation: str, key: str = "") -> dict[str, str]:
        return {"operation": operation, "key": key, "store": self.store}

    def send(self, operation: str, key: str, method: str, **parameters: Any) -> dict[str, Any]:
        """Call the client's *method* on this bucket. Raises this package's errors only.

        A setting that the service would take for something else is never asked for: :class:`UnsupportedError`.
        """
        if not self.place.provider.buckets.has_settings and ABOUT_SETTINGS.fullmatch(method):
            raise UnsupportedError("the service has no such setting", **self.where(operation, key))
        try:
            client = self.source.client()
            answer: dict[str, Any] = getattr(client, method)(Bucket=self.place.bucket, **parameters)
        except DRIVER_ERRORS as error:
            raise self.explain(error, operation, key) from error
        except StoreError as error:
            raise self._told(error, operation, key) from error
        self.saw_bucket()
        return answer

    def send_object(self, operation: str, key: str, method: str, **parameters: Any) -> dict[str, Any]:
        """The same for a request about one object."""
        return self.send(operation, key, method, Key=self.place.full_key(key), **parameters)

    def find(self, operation: str, key: str, method: str, **parameters: Any) -> dict[str, Any]:
        """The same for one that must exist: doubtful refusals are looked into with a second request."""
        try:
            return self.send_object(operation, key, method, **parameters)
        except (NotFoundError, AccessDeniedError) as error:
            raise self.judged(error, code_of(error)) from error.__cause__

    def judged(self, error: StoreError, code: str) -> StoreError:
        """What a 404 or a 403 about one object really means; *code* is the service's, if it sent one."""
        proves_bucket = code == "NoSuchKey" and self.place.provider.buckets.told_by_get
        if isinstance(error, NotFoundError) and not proves_bucket and self._bucket_is_missing(error):
            return self.missing_bucket(error.operation, error.key)
        # Without the right to list, S3 answers 403 for a missing object as well as for a forbidden one.
        if isinstance(error, AccessDeniedError) and self._is_listed(error.key) is False:
            return NotFoundError("no object has this key", **self.where(error.operation, error.key))
        return error

    def explain(self, error: Exception, operation: str, key: str) -> MedialiftError:
        explained = translate(error, self.place.provider.throttling, **self.where(operation, key))
        if isinstance(explained, NotFoundError) and operation not in ABOUT_OBJECTS:
            return self.missing_bucket(operation, key)
        if isinstance(explained, CredentialsError) and explained.hint == NO_CREDENTIALS:
            explained.hint = no_credentials(self.place.provider)
        return explained

    def missing_bucket(self, operation: str, key: str) -> StoreError:
        return refusal(Answer(404, "NoSuchBucket"), self.place.provider.throttling, **self.where(operation, key))

    def credentials_fault(self, error: StoreError) -> StoreError:
        """The same error with the reason why there are no credentials, if the session tells it."""
        try:
            self.source.credentials()
        except StoreError as told:
            return self._told(told, error.operation, error.key)
        return error

    def tell_region(self, error: WrongRegionError) -> WrongRegionError:
        """The same error with the region's name, if the bucket tells it."""
        try:
            self.send(error.operation, error.key, "head_bucket")
        except WrongRegionError as told:
            return told if told.region else error
        except StoreError:
            return error
        return error

    def explainer(self, operation: str, key: str) -> Callable[[Exception], MedialiftError]:
        return lambda error: self.explain(error, operation, key)

    def _told(self, error: StoreError, operation: str, key: str) -> StoreError:
        error.operation, error.key, error.store = operation, key, self.store
        return error

    def saw_bucket(self) -> None:
        """Remember that the bucket is there."""
        self._bucket_was_seen = True

    def _bucket_is_missing(self, error: StoreError) -> bool:
        """HEAD, and services that send no code, answer 404 for a missing bucket too.

        Once any request has found the bucket, it is there: one question per store and process.
        """
        if self._bucket_was_seen:
            return False
        try:
            self.send(error.operation, error.key, "head_bucket")
        except (NotFoundError, BucketNotFoundError):
            return True
        except StoreError:
            return False
        return False

    def _is_listed(self, key: str) -> bool | None:
        """Whether the key is in the listing; ``None`` if listing is not allowed either."""
        full_key = self.place.full_key(key)
        try:
            page = self.send("list", "", "list_objects_v2", Prefix=full_key, MaxKeys=1)
        except StoreError:
            return None
        return any(entry["Key"] == full_key for entry in page.get("Contents", ()))
