"""Who reads: of a public bucket anybody, so that the service key goes only where nothing less will do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from medialift.errors import AccessDeniedError, BucketNotFoundError, CredentialsError, NotFoundError
from medialift.stores.supabase.bucket import BucketDoor
from medialift.stores.supabase.caller import Caller
from medialift.stores.supabase.client import Requests

T = TypeVar("T")

REFUSALS = (NotFoundError, BucketNotFoundError, AccessDeniedError, CredentialsError)


def read_by(requests: Requests, door: BucketDoor, read: Callable[[Caller], T]) -> T:
    """What *read* gives to anybody where everybody may read and a key for that is set, else to the store's caller.

    Whether the bucket is public is asked once per store. It may have become private since, and the key for
    everybody may be wrong: what is refused to anybody, the store's own caller asks for again, and its answer counts.
    """
    if requests.reader is None or not door.is_public():
        return read(requests.caller)
    try:
        return read(requests.reader)
    except REFUSALS as refused:
        answer = read(requests.caller)
        door.doubt(wrong_key=isinstance(refused, CredentialsError))
        return answer
