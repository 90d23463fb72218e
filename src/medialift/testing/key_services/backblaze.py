"""Backblaze's native API, version 4, as far as keys are made by it.

Fields and the form of refusals are those of https://www.backblaze.com/apidocs/introduction-to-the-b2-native-api,
…/b2-authorize-account, …/b2-create-key, …/b2-list-keys and …/b2-list-buckets.

Not covered: the S3 API that the keys are for, files, tokens that run out, keys of groups of accounts, deleting keys,
and limits of rate. Which capabilities a key that is limited to a bucket may have is not documented as a list: here it
is all that are about buckets and files.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from medialift.testing.routes import found, route
from medialift.testing.wire import Request, Response, StandIn

CAPABILITIES = frozenset(
    [
        "listKeys",
        "writeKeys",
        "deleteKeys",
        "listAllBucketNames",
        "listBuckets",
        "readBuckets",
        "writeBuckets",
        "deleteBuckets",
        "readBucketRetentions",
        "writeBucketRetentions",
        "readBucketEncryption",
        "writeBucketEncryption",
        "readBucketNotifications",
        "writeBucketNotifications",
        "listFiles",
        "readFiles",
        "shareFiles",
        "writeFiles",
        "deleteFiles",
        "readFileLegalHolds",
        "writeFileLegalHolds",
        "readFileRetentions",
        "writeFileRetentions",
        "bypassGovernance",
    ]
)
OF_ACCOUNT = frozenset({"listKeys", "writeKeys", "deleteKeys"})
NAME = re.compile(r"[A-Za-z0-9-]{1,100}")


@dataclass
class BackblazeAccount:
    """``admin`` is the master key, ``onlooker`` one that may only list buckets; each an id and a key."""

    id: str = "0123456789ab"
    admin: tuple[str, str] = ("0123456789ab", "master-key")
    onlooker: tuple[str, str] = ("0050123456789ab0000000009", "onlooker-key")
    buckets: dict[str, str] = field(default_factory=dict)
    """Id by name."""
    keys: list[dict[str, Any]] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)
    """The key by its id; no answer but the first shows it."""
    tokens: dict[str, bool] = field(default_factory=dict)
    """Whether the holder of an authorization token may do everything."""

    def make_bucket(self, name: str) -> str:
        return self.buckets.setdefault(name, secrets.token_hex(12))

    def add(self, name: str, capabilities: list[str], buckets: list[str], prefix: str | None) -> dict[str, Any]:
        key = {
            "accountId": self.id,
            "applicationKeyId": f"005{self.id}{len(self.keys):010d}",
            "keyName": name,
            "capabilities": capabilities,
            "bucketIds": buckets or None,
            "namePrefix": prefix,
            "expirationTimestamp": None,
            "options": ["s3"],
        }
        self.keys.append(key)
        self.secrets[str(key["applicationKeyId"])] = f"K005{secrets.token_urlsafe(20)}"
        return key


class BackblazeServer(StandIn):
    """``url`` is what ``B2_ENVIRONMENT`` has to say."""

    def __init__(self, account: BackblazeAccount | None = None, *, port: int = 0) -> None:
        self.account = account or BackblazeAccount()
        super().__init__(port, self._answer)

    def _answer(self, request: Request) -> Response:
        if request.path == "/b2api/v4/b2_authorize_account":
            return _authorize(self.account, self.url, request)
        known = found(_ROUTES, request.method, request.path)
        if known is None:
            return _refused(404, "not_found", f"Unknown API: {request.path}")
        token = request.headers.get("authorization", "")
        if token not in self.account.tokens:
            return _refused(401, "bad_auth_token", "Invalid authorization token")
        if request.path != "/b2api/v4/b2_list_buckets" and not self.account.tokens[token]:
            return _refused(401, "unauthorized", "Invalid capability")
        if json.loads(request.body).get("accountId") != self.account.id:
            return _refused(400, "bad_request", "accountId is not that of the token")
        return known[0](self.account, request, known[1])


def _authorize(account: BackblazeAccount, url: str, request: Request) -> Response:
    basic = request.headers.get("authorization", "").removeprefix("Basic ")
    pair = tuple(base64.b64decode(basic).decode().split(":", 1))
    if pair not in (account.admin, account.onlooker):
        return _refused(401, "bad_auth_token", "")
    token = secrets.token_hex(20)
    account.tokens[token] = pair == account.admin
    allowed = {"buckets": None, "capabilities": sorted(CAPABILITIES), "namePrefix": None}
    storage = {"apiUrl": url, "downloadUrl": url, "s3ApiUrl": url, "allowed": allowed}
    return Response.of_json({"accountId": account.id, "authorizationToken": token, "apiInfo": {"storageApi": storage}})


def _list_buckets(account: BackblazeAccount, request: Request, parts: Mapping[str, str]) -> Response:
    name = json.loads(request.body).get("bucketName")
    buckets = [(id, one) for one, id in account.buckets.items() if name in (None, one)]
    return Response.of_json({"buckets": [{"bucketId": id, "bucketName": one} for id, one in buckets]})


def _list_keys(account: BackblazeAccount, request: Request, parts: Mapping[str, str]) -> Response:
    wanted = json.loads(request.body)
    start, size = wanted.get("startApplicationKeyId", ""), wanted.get("maxKeyCount", 100)
    rest = [key for key in account.keys if key["applicationKeyId"] >= start]
    following = rest[size]["applicationKeyId"] if len(rest) > size else None
    return Response.of_json({"keys": rest[:size], "nextApplicationKeyId": following})


def _create_key(account: BackblazeAccount, request: Request, parts: Mapping[str, str]) -> Response:
    wanted = json.loads(request.body)
    fault = _fault(account, wanted)
    if fault:
        return _refused(400, "bad_request", fault)
    key = account.add(wanted["keyName"], wanted["capabilities"], wanted.get("bucketIds"), wanted.get("namePrefix"))
    return Response.of_json({**key, "applicationKey": account.secrets[key["applicationKeyId"]]})


def _fault(account: BackblazeAccount, wanted: Mapping[str, Any]) -> str:
    """What is wrong with a request for a key, empty if nothing is."""
    if not NAME.fullmatch(wanted.get("keyName", "")):
        return "keyName holds letters, digits and dashes, 100 at most"
    capabilities = set(wanted.get("capabilities", ()))
    if not capabilities or capabilities - CAPABILITIES:
        return f"unknown capabilities: {sorted(capabilities - CAPABILITIES)}"
    buckets = wanted.get("bucketIds") or []
    if set(buckets) - set(account.buckets.values()):
        return "no such bucket"
    if buckets and capabilities & OF_ACCOUNT:
        return "a key that is limited to buckets cannot have these capabilities"
    return ""


def _refused(status: int, code: str, message: str) -> Response:
    return Response.of_json({"status": status, "code": code, "message": message}, status)


_ROUTES = (
    route("POST", r"/b2api/v4/b2_list_buckets", _list_buckets),
    route("POST", r"/b2api/v4/b2_list_keys", _list_keys),
    route("POST", r"/b2api/v4/b2_create_key", _create_key),
)
