"""What concerns many objects or the bucket itself: listing, batch deletion, creation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from medialift.errors import (
    AlreadyExistsError,
    NotFoundError,
    StoreError,
    UnavailableError,
    UnsupportedError,
)
from medialift.stores.keycheck import told_apart
from medialift.stores.s3.errors import Answer, code_of, refusal
from medialift.stores.s3.requests import Requests
from medialift.types import KeyRules

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that no XML 1.0 document can hold, escaped or not: such keys cannot go in a batch."""


Page = dict[str, Any]


def no_page(wanted: Mapping[str, str]) -> None:
    """There is no way but the SDK."""


def pages(
    requests: Requests,
    folder: str,
    *,
    after: str = "",
    delimiter: str = "",
    further: Callable[[Mapping[str, str]], Page | None] = no_page,
    at_once: bool = False,
) -> Iterator[Page]:
    """The listing below *folder* (a prefix of the bucket), page by page, of keys greater than *after*.

    *further* may give a page, by the SDK's parameters; the SDK asks for all others. The first page is the SDK's too,
    unless *at_once*.
    """
    parameters = {"Prefix": folder, "StartAfter": after, "Delimiter": delimiter}
    wanted = {name: value for name, value in parameters.items() if value}
    token = ""
    while True:
        page = further(wanted) if token or at_once else None
        page = page or requests.send("list", "", "list_objects_v2", **wanted)
        yield page
        following = page.get("NextContinuationToken", "") if page.get("IsTruncated") else ""
        if not following:
            return
        if following == token:
            raise UnavailableError("the service gives the same page again and again", **requests.where("list"))
        token = following
        wanted["ContinuationToken"] = token


def delete_many(requests: Requests, keys: Iterable[str], rules: KeyRules) -> Iterator[StoreError]:
    """Delete in batches as large as the service takes; one error for each key that stays."""
    keys = iter(keys)
    while batch := list(islice(keys, max(1, requests.place.provider.deletion.batch))):
        good, errors = told_apart(batch, rules, operation="delete", store=requests.store)
        yield from errors
        yield from _delete_batch(requests, good)


def _delete_batch(requests: Requests, batch: list[str]) -> Iterator[StoreError]:
    alone = [key for key in batch if _NOT_IN_XML.search(key)]
    together = [key for key in batch if not _NOT_IN_XML.search(key)]
    if len(together) <= 1:
        yield from _delete_each(requests, batch)
        return
    yield from _delete_each(requests, alone)
    try:
        objects = [{"Key": requests.place.full_key(key)} for key in together]
        answer = requests.send("delete", "", "delete_objects", Delete={"Objects": objects, "Quiet": True})
    except UnsupportedError:
        # The whole request was refused, so nothing is deleted yet.
        yield from _delete_each(requests, together)
        return
    for entry in answer.get("Errors", ()):
        yield from _batch_error(requests, entry)


def _batch_error(requests: Requests, entry: dict[str, Any]) -> Iterator[StoreError]:
    where = requests.where("delete", requests.place.key(entry.get("Key", "")))
    code = entry.get("Code", "")
    error = refusal(Answer(0, code, entry.get("Message", "")), requests.place.provider.throttling, **where)
    if not isinstance(error, NotFoundError):
        yield error


def _delete_each(requests: Requests, keys: Iterable[str]) -> Iterator[StoreError]:
    for key in keys:
        try:
            delete(requests, key)
        except StoreError as error:
            if not error.key:
                raise
            yield error


def delete(requests: Requests, key: str) -> None:
    """Delete one object; one that is not there is no error."""
    try:
        requests.send_object("delete", key, "delete_object")
    except NotFoundError as error:
        judged = requests.judged(error, code_of(error))
        if not isinstance(judged, NotFoundError):
            raise judged from error.__cause__


def make_bucket(requests: Requests) -> None:
    """Create the bucket. Raises :class:`AlreadyExistsError` if the name is somebody else's."""
    place, rules = requests.place, requests.place.provider.buckets
    constrained = rules.location_constraint and place.region != rules.unconstrained_region
    where = {"CreateBucketConfiguration": {"LocationConstraint": place.region}} if constrained else {}
    try:
        requests.send("make_bucket", "", "create_bucket", **where)
    except AlreadyExistsError as error:
        if code_of(error) == "BucketAlreadyOwnedByYou" or (not rules.owned_code and _is_reachable(requests)):
            return
        raise


def _is_reachable(requests: Requests) -> bool:
    try:
        requests.send("make_bucket", "", "head_bucket")
    except StoreError:
        return False
    return True
