"""Deleting objects, one or many.

What lies behind the object that is seen goes first: else it would be seen in its place for a moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from medialift.errors import AccessDeniedError, StoreError, UnavailableError
from medialift.stores.cloudinary.client import Requests
from medialift.stores.cloudinary.kinds import Kind
from medialift.stores.keycheck import told_apart
from medialift.types import KeyRules

ROUNDS = 50
"""How often a deletion is asked for again that the service has done in part, because much was made of its images."""


def delete(requests: Requests, key: str) -> None:
    """Delete one object; one that is not there is no error. Not counted by the hour."""
    for kind in reversed(requests.place.places(key)):
        destroy(requests, "delete", key, kind)


def destroy(requests: Requests, operation: str, key: str, kind: Kind) -> None:
    """Delete one asset of one kind; one that is not there is no error."""
    params = {"public_id": requests.place.public_id(key), "type": requests.place.type, "invalidate": "1"}
    said = requests.upload_api(operation, key, kind, "destroy", params).get("result")
    if said not in ("ok", "not found"):
        raise AccessDeniedError(f"the service did not delete it: {said}", **requests.where(operation, key))


def delete_many(requests: Requests, keys: Iterable[str], rules: KeyRules) -> Iterator[StoreError]:
    """Delete in batches as large as the service takes; one error for each key that stays."""
    keys = iter(keys)
    while batch := list(islice(keys, requests.place.provider.deletion.batch)):
        good, errors = told_apart(batch, rules, operation="delete", store=requests.store)
        yield from errors
        yield from _delete_batch(requests, good)


def _delete_batch(requests: Requests, keys: list[str]) -> Iterator[StoreError]:
    place = requests.place
    stayed: dict[str, str] = {}
    for is_seen in (False, True):
        for kind in Kind:
            wanted = [key for key in keys if kind in place.places(key) and (kind is place.kind(key)) is is_seen]
            stayed.update(_delete_kind(requests, kind, [key for key in wanted if key not in stayed]))
    for key, said in stayed.items():
        yield AccessDeniedError(f"the service did not delete it: {said}", **requests.where("delete", key))


def _delete_kind(requests: Requests, kind: Kind, keys: list[str]) -> dict[str, str]:
    """What the service says of those that it did not delete."""
    if not keys:
        return {}
    place = requests.place
    body = {"public_ids": [place.public_id(key) for key in keys], "invalidate": True}
    for _ in range(ROUNDS):
        said = requests.admin_api("delete", "DELETE", ("resources", kind.value, place.type), json=body)
        if not said.get("partial"):
            answers = {place.key(id): str(answer) for id, answer in said.get("deleted", {}).items()}
            return {key: answers.get(key, "") for key in keys if answers.get(key) not in ("deleted", "not_found")}
    raise UnavailableError("the service never comes to the end of a deletion", **requests.where("delete"))
