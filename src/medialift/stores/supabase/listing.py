"""Listing a bucket, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from medialift.errors import AccessDeniedError, StoreError, UnavailableError
from medialift.stores.supabase.bucket import BucketDoor
from medialift.stores.supabase.caller import Role
from medialift.stores.supabase.client import Requests
from medialift.stores.supabase.errors import HINT_TO_ANYBODY

PAGE = 1000
"""Entries of one page: the service gives no more."""

Page = Mapping[str, Any]


def pages(requests: Requests, door: BucketDoor, folder: str, *, delimiter: bool = False) -> Iterator[Page]:
    """The listing of everything that begins with *folder* (in the bucket).

    A missing bucket and a forbidden one are listed as empty ones: what an empty answer means is asked.
    """
    path, cursor = requests.place.of_bucket("object/list-v2"), ""
    while True:
        wanted = {"prefix": folder, "limit": PAGE, "with_delimiter": delimiter}
        goes_on = {"cursor": cursor} if cursor else {}
        try:
            page = requests.send("list", "", "POST", path, json={**wanted, **goes_on}).json()
        except StoreError as error:
            raise door.judged(error) from error.__cause__
        if not cursor and not page["objects"] and not page["folders"]:
            _check_emptiness(requests, door)
        yield page
        following = page.get("nextCursor") if page.get("hasNext") else None
        if not following:
            return
        if following == cursor:
            raise UnavailableError("the service gives the same page again and again", **requests.where("list"))
        cursor = following


def _check_emptiness(requests: Requests, door: BucketDoor) -> None:
    door.check("list")
    if requests.caller.role is Role.ANYBODY:
        raise AccessDeniedError(
            "the listing came empty, which to the anon key may mean that it is not allowed",
            hint=HINT_TO_ANYBODY,
            **requests.where("list"),
        )
