"""Application keys of a Backblaze account, by its native API: the S3 one makes none.

Sources: https://www.backblaze.com/apidocs/b2-authorize-account, https://www.backblaze.com/apidocs/b2-create-key,
https://www.backblaze.com/apidocs/b2-list-keys, https://www.backblaze.com/apidocs/b2-list-buckets
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from medialift.errors import BucketNotFoundError
from medialift.stores.bucket_configuration import Value
from medialift.stores.narrow_keys.api import Api
from medialift.stores.narrow_keys.values import Keys, KeyWish
from medialift.stores.spec import Secret

VERSION = "/b2api/v4"
"""The version in which a key is limited to ``bucketIds``."""

PAGE = 1000


@dataclass(frozen=True)
class Session:
    account: str
    api: Api
    token: Secret

    def call(self, name: str, **body: Any) -> dict[str, Any]:
        told = {"accountId": self.account, **body}
        return self.api.post(f"{VERSION}/{name}", told, {"Authorization": self.token.reveal()})


class Backblaze:
    def __init__(self, api: Api, key_id: Secret, key: Secret) -> None:
        self._api, self._key_id, self._key = api, key_id, key

    def live(self, wish: KeyWish) -> Value | None:
        bucket = self._bucket(wish.bucket)
        # A key with an end is not what the site is to live on.
        same = (key for key in self._keys() if key["keyName"] == wish.name and not key.get("expirationTimestamp"))
        found = [_told(key, wish.bucket) for key in same if key.get("bucketIds") == [bucket]]
        wanted = self.wanted(wish)
        return wanted if wanted in found else next(iter(found), None)

    def wanted(self, wish: KeyWish) -> Value:
        return {"bucket": wish.bucket, "name prefix": wish.prefix, "capabilities": sorted(wish.allows)}

    def make(self, wish: KeyWish) -> Keys:
        made = self._session.call(
            "b2_create_key",
            keyName=wish.name,
            capabilities=list(wish.allows),
            bucketIds=[self._bucket(wish.bucket)],
            **({"namePrefix": wish.prefix} if wish.prefix else {}),
        )
        return Keys(str(made["applicationKeyId"]), Secret(str(made["applicationKey"])))

    @cached_property
    def _session(self) -> Session:
        pair = f"{self._key_id.reveal()}:{self._key.reveal()}"
        basic = base64.b64encode(pair.encode()).decode()
        told = self._api.get(f"{VERSION}/b2_authorize_account", {"Authorization": f"Basic {basic}"})
        storage = told["apiInfo"]["storageApi"]
        return Session(str(told["accountId"]), self._api.at(storage["apiUrl"]), Secret(told["authorizationToken"]))

    def _bucket(self, name: str) -> str:
        for found in self._session.call("b2_list_buckets", bucketName=name)["buckets"]:
            return str(found["bucketId"])
        raise BucketNotFoundError(f"the account has no bucket {name!r}", operation="keys", hint="Create it first.")

    def _keys(self) -> Iterator[Mapping[str, Any]]:
        start: dict[str, str] = {}
        while True:
            found = self._session.call("b2_list_keys", maxKeyCount=PAGE, **start)
            yield from found["keys"]
            if not found.get("nextApplicationKeyId"):
                return
            start = {"startApplicationKeyId": str(found["nextApplicationKeyId"])}


def _told(key: Mapping[str, Any], bucket: str) -> Value:
    return {"bucket": bucket, "name prefix": key.get("namePrefix") or "", "capabilities": sorted(key["capabilities"])}
