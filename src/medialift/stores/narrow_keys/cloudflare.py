"""Tokens of a Cloudflare account for R2.

Sources: https://developers.cloudflare.com/api/resources/accounts/subresources/tokens/,
https://developers.cloudflare.com/r2/api/tokens/
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from medialift.errors import StoreError, UnsupportedError
from medialift.stores.bucket_configuration import Value
from medialift.stores.narrow_keys.api import Api
from medialift.stores.narrow_keys.values import Keys, KeyWish
from medialift.stores.spec import Secret

PAGE = 50


class Cloudflare:
    def __init__(self, api: Api, account: str, token: Secret) -> None:
        self._api, self._account, self._token = api, account, token

    def live(self, wish: KeyWish) -> Value | None:
        found = [_told(token) for token in self._tokens() if token["name"] == wish.name and _is_active(token)]
        wanted = self.wanted(wish)
        return wanted if wanted in found else next(iter(found), None)

    def wanted(self, wish: KeyWish) -> Value:
        return {"resources": {wish.resource: "*"}, "permission groups": sorted(wish.allows)}

    def make(self, wish: KeyWish) -> Keys:
        ids = self._ids_of_groups()
        if unknown := [group for group in wish.allows if group not in ids]:
            raise UnsupportedError(f"the account has no permission group {unknown[0]!r}", operation="keys")
        policy = {
            "effect": "allow",
            "resources": {wish.resource: "*"},
            "permission_groups": [{"id": ids[group]} for group in wish.allows],
        }
        made = _result(self._api.post(self._path, {"name": wish.name, "policies": [policy]}, self._headers))
        # https://developers.cloudflare.com/r2/api/tokens/#get-s3-api-credentials-from-an-api-token
        return Keys(str(made["id"]), Secret(hashlib.sha256(str(made["value"]).encode()).hexdigest()))

    def _ids_of_groups(self) -> Mapping[str, str]:
        found = _result(self._api.get(f"{self._path}/permission_groups", self._headers))
        return {str(group["name"]): str(group["id"]) for group in found}

    def _tokens(self) -> Iterator[Mapping[str, Any]]:
        page = 1
        while found := _result(self._api.get(f"{self._path}?page={page}&per_page={PAGE}", self._headers)):
            yield from found
            if len(found) < PAGE:
                return
            page += 1

    @property
    def _path(self) -> str:
        return f"/accounts/{self._account}/tokens"

    @property
    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._token.reveal()}"}


def _result(answer: Mapping[str, Any]) -> Any:
    """What every answer is wrapped in. Raises :class:`~medialift.errors.StoreError` for a refusal with status 200."""
    if not answer.get("success"):
        said = " ".join(str(one.get("message", "")) for one in answer.get("errors") or [])
        raise StoreError(f"the service refused: {said}", operation="keys")
    return answer["result"]


def _told(token: Mapping[str, Any]) -> Value:
    """What a token may do, if one policy allows it; several are no form that medialift makes."""
    policies = token.get("policies") or [{}]
    groups = sorted(str(group.get("name", "")) for policy in policies for group in policy.get("permission_groups", []))
    resources = {name: what for policy in policies for name, what in policy.get("resources", {}).items()}
    return {"resources": resources, "permission groups": groups}


def _is_active(token: Mapping[str, Any]) -> bool:
    """Whether it works, and nothing ends it or narrows it further."""
    return token.get("status") == "active" and not token.get("expires_on") and not token.get("condition")
