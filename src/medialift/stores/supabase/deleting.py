"""Deleting objects, one or many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from medialift.errors import AccessDeniedError, NotFoundError, StoreError
from medialift.stores.keycheck import told_apart
from medialift.stores.supabase.bucket import BucketDoor
from medialift.stores.supabase.caller import Role
from medialift.stores.supabase.client import Requests
from medialift.stores.supabase.errors import HINT_TO_ANYBODY, HINT_TO_USER
from medialift.stores.supabase.reading import describe
from medialift.types import KeyRules


def delete(requests: Requests, door: BucketDoor, key: str) -> None:
    """Delete one object; one that is not there is no error."""
    try:
        requests.send("delete", key, "DELETE", requests.place.of_object("object", key))
    except StoreError as error:
        judged = door.judged(error)
        if not isinstance(judged, NotFoundError):
            raise judged from error.__cause__


def delete_many(requests: Requests, door: BucketDoor, keys: Iterable[str], rules: KeyRules) -> Iterator[StoreError]:
    """Delete in batches as large as the service takes; one error for each key that stays."""
    keys = iter(keys)
    while batch := list(islice(keys, requests.place.provider.deletion.batch)):
        good, errors = told_apart(batch, rules, operation="delete", store=requests.store)
        yield from errors
        if good:
            yield from _delete_batch(requests, door, good)


def _delete_batch(requests: Requests, door: BucketDoor, keys: list[str]) -> Iterator[StoreError]:
    place = requests.place
    body = {"prefixes": [place.full_key(key) for key in keys]}
    try:
        rows = requests.send("delete", "", "DELETE", place.of_bucket("object"), json=body).json()
    except StoreError as error:
        raise door.judged(error) from error.__cause__
    deleted = {place.key(row["name"]) for row in rows}
    if deleted:
        door.saw()
    else:
        door.check("delete")
    if requests.caller.role is not Role.SERVICE:
        yield from _forbidden(requests, door, [key for key in keys if key not in deleted])


def _forbidden(requests: Requests, door: BucketDoor, keys: Iterable[str]) -> Iterator[StoreError]:
    """Of keys that the answer does not name, those that are still there: the others were missing."""
    for key in keys:
        try:
            describe(requests, door, "delete", key, writes=True)
        except NotFoundError:
            continue
        except StoreError as error:
            yield error
        else:
            hint = HINT_TO_USER if requests.caller.role is Role.USER else HINT_TO_ANYBODY
            yield AccessDeniedError("the service did not delete it", hint=hint, **requests.where("delete", key))
