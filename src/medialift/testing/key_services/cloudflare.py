"""Cloudflare's API for the tokens of an account, as far as R2's are made by it.

Every answer has the envelope of https://developers.cloudflare.com/fundamentals/api/get-started/requests/; the fields
are those of https://developers.cloudflare.com/api/resources/accounts/subresources/tokens/. A group is refused for a
resource of another scope, and a bucket is named as https://developers.cloudflare.com/r2/api/tokens/ says.

Not covered: the S3 API that the tokens are for, the minute until they work, conditions and ends of tokens, deleting
and changing them, limits of rate. The codes and messages of refusals are not documented and made up here, and so
is that a bucket's existence is not looked at.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from medialift.testing.routes import found, route
from medialift.testing.wire import Request, Response, StandIn

BUCKET_SCOPE, ACCOUNT_SCOPE = "com.cloudflare.edge.r2.bucket", "com.cloudflare.api.account"
GROUPS: Mapping[str, str] = {
    "Workers R2 Storage Read": ACCOUNT_SCOPE,
    "Workers R2 Storage Write": ACCOUNT_SCOPE,
    "Workers R2 Storage Bucket Item Read": BUCKET_SCOPE,
    "Workers R2 Storage Bucket Item Write": BUCKET_SCOPE,
}
LONGEST_NAME = 120


@dataclass
class CloudflareAccount:
    """``admin`` is the token that may make others, ``onlooker`` one that may not."""

    id: str = "0123456789abcdef0123456789abcdef"
    admin: str = "admin-token"
    onlooker: str = "onlooker-token"
    tokens: list[dict[str, Any]] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    """The value of each token by its id; no answer but the first shows it."""
    groups: dict[str, str] = field(default_factory=lambda: {name: secrets.token_hex(16) for name in GROUPS})

    def add(self, name: str, policies: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        names = {id: name for name, id in self.groups.items()}
        told = [
            {**policy, "permission_groups": [{**one, "name": names[one["id"]]} for one in policy["permission_groups"]]}
            for policy in policies
        ]
        token = {"id": secrets.token_hex(16), "name": name, "status": "active", "policies": told, **more}
        self.tokens.append(token)
        self.values[token["id"]] = secrets.token_urlsafe(30)
        return token


class CloudflareServer(StandIn):
    """``url`` is what ``CLOUDFLARE_BASE_URL`` has to say."""

    def __init__(self, account: CloudflareAccount | None = None, *, port: int = 0) -> None:
        self.account = account or CloudflareAccount()
        super().__init__(port, partial(_answer, self.account))


def _answer(account: CloudflareAccount, request: Request) -> Response:
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    if bearer not in (account.admin, account.onlooker):
        return _refused(401, 1000, "Invalid API Token")
    if bearer == account.onlooker or f"/accounts/{account.id}/" not in request.path:
        return _refused(403, 9109, "Unauthorized to access requested resource")
    known = found(_ROUTES, request.method, request.path)
    return known[0](account, request, known[1]) if known else _refused(404, 7003, "Could not route")


def _groups(account: CloudflareAccount, request: Request, parts: Mapping[str, str]) -> Response:
    return _granted([{"id": id, "name": name, "scopes": [GROUPS[name]]} for name, id in account.groups.items()])


def _list(account: CloudflareAccount, request: Request, parts: Mapping[str, str]) -> Response:
    size, page = int(request.query.get("per_page", "20")), int(request.query.get("page", "1"))
    shown = account.tokens[(page - 1) * size : page * size]
    return _granted(shown)


def _create(account: CloudflareAccount, request: Request, parts: Mapping[str, str]) -> Response:
    wanted = json.loads(request.body)
    fault = _fault(account, wanted)
    if fault:
        return _refused(400, 1001, fault)
    token = account.add(wanted["name"], wanted["policies"])
    return _granted({**token, "value": account.values[token["id"]]})


def _fault(account: CloudflareAccount, wanted: Mapping[str, Any]) -> str:
    """What is wrong with a request for a token, empty if nothing is."""
    if not 0 < len(wanted.get("name", "")) <= LONGEST_NAME or not wanted.get("policies"):
        return "A token has a name and policies"
    names = {id: name for name, id in account.groups.items()}
    bucket = re.compile(rf"{re.escape(BUCKET_SCOPE)}\.{account.id}_(default|eu|fedramp)_[a-z0-9-]{{3,63}}")
    for policy in wanted["policies"]:
        groups = [names.get(one["id"]) for one in policy["permission_groups"]]
        if policy["effect"] not in ("allow", "deny") or not groups or None in groups:
            return "Permission group could not be found"
        for resource in policy["resources"]:
            is_bucket, is_account = bucket.fullmatch(resource), resource == f"{ACCOUNT_SCOPE}.{account.id}"
            scope = BUCKET_SCOPE if is_bucket else ACCOUNT_SCOPE if is_account else ""
            if {GROUPS[group] for group in groups if group} != {scope}:
                return f"Resource {resource} does not fit its permission groups"
    return ""


def _granted(result: object) -> Response:
    return Response.of_json({"success": True, "errors": [], "messages": [], "result": result})


def _refused(status: int, code: int, message: str) -> Response:
    errors = [{"code": code, "message": message}]
    return Response.of_json({"success": False, "errors": errors, "messages": [], "result": None}, status)


_ROUTES = (
    route("GET", r"/accounts/[^/]+/tokens/permission_groups", _groups),
    route("GET", r"/accounts/[^/]+/tokens", _list),
    route("POST", r"/accounts/[^/]+/tokens", _create),
)
