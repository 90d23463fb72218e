"""The Admin API, of which every call is counted: ping, usage, listing, and deleting many.

Source: https://cloudinary.com/documentation/admin_api
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from email.utils import formatdate
from itertools import dropwhile, islice
from typing import Any

from medialift.testing.cloudinary import refusals
from medialift.testing.cloudinary.account import Account, Place
from medialift.testing.cloudinary.signing import check_basic
from medialift.testing.cloudinary.uploads import described
from medialift.testing.wire import Request, Response

MOST = 500
USUAL = 10
MOST_DELETED = 100

Params = Mapping[str, str]


def ping(account: Account, request: Request, params: Params) -> Response:
    return _counted(account, request, {"status": "ok"})


def usage(account: Account, request: Request, params: Params) -> Response:
    """Holds the plan's limits: pycloudinary, ``api.usage()``."""
    limits = {f"{kind}_max_size_bytes": size for kind, size in account.largest.items()}
    return _counted(account, request, {"plan": "Free", "media_limits": limits})


def list_resources(account: Account, request: Request, params: Params) -> Response:
    """Pages without any ETag, sorted by public id: https://cloudinary.com/documentation/admin_api_resources_get_resources."""
    most = min(int(request.query.get("max_results") or USUAL), MOST)
    after = request.query.get("next_cursor", "")
    places = account.below(params["kind"], params["type"], request.query.get("prefix", ""))
    page = list(islice(dropwhile(lambda place: bool(after) and place[2] <= after, places), most + 1))
    said: dict[str, Any] = {"resources": [_entry(account, place) for place in page[:most]]}
    if len(page) > most:
        said["next_cursor"] = page[most - 1][2]
    return _counted(account, request, said)


def list_by_tag(account: Account, request: Request, params: Params) -> Response:
    """Of every type of delivery: https://cloudinary.com/documentation/admin_api#get_resources_by_tag."""
    most = min(int(request.query.get("max_results") or USUAL), MOST)
    start = int(request.query.get("next_cursor") or 0)
    places = account.tagged(params["kind"], params["tag"])
    said: dict[str, Any] = {"resources": [_entry(account, place) for place in places[start : start + most]]}
    if len(places) > start + most:
        said["next_cursor"] = str(start + most)
    return _counted(account, request, said)


def delete_resources(account: Account, request: Request, params: Params) -> Response:
    """The ids stand in the address, as the page has it, or in a body of JSON, as pycloudinary sends it."""
    ids = [value for name, value in request.pairs if re.fullmatch(r"public_ids\[\d*\]", name)]
    if request.content_type == "application/json":
        ids = json.loads(request.body)["public_ids"]
    if len(ids) > MOST_DELETED:
        raise refusals.Refusal(400, f"No more than {MOST_DELETED} public_ids can be deleted at once")
    check_basic(account, request)
    deleted = {id: account.delete((params["kind"], params["type"], id)) for id in ids}
    said = {id: "deleted" if was_there else "not_found" for id, was_there in deleted.items()}
    return _counted(account, request, {"deleted": said, "partial": False})


def _entry(account: Account, place: Place) -> dict[str, Any]:
    found = account.assets.get(place)
    if found is None:
        kind, type, public_id = place
        return {
            "public_id": public_id, "resource_type": kind, "type": type, "version": 1, "bytes": 0, "placeholder": True,
        }  # fmt: skip
    return described(found, with_etag=False)


def _counted(account: Account, request: Request, said: Mapping[str, Any]) -> Response:
    check_basic(account, request)
    left = account.count_admin_call()
    answer = Response.of_json(said)
    reset = (int(account.clock()) // 3600 + 1) * 3600
    told = {
        "X-FeatureRateLimit-Limit": str(account.admin_limit),
        "X-FeatureRateLimit-Remaining": str(left),
        "X-FeatureRateLimit-Reset": formatdate(reset, usegmt=True),
    }
    return Response(answer.status, {**answer.headers, **told}, answer.body)
