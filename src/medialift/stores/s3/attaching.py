"""Policies of users and roles, by Amazon's IAM API and by what speaks it.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html and its neighbours.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

from medialift.errors import NotFoundError
from medialift.stores.bucket_configuration import Value
from medialift.stores.policies import Holder
from medialift.stores.s3.client import ClientSource
from medialift.stores.s3.errors import DRIVER_ERRORS, translate

_ERROR = re.compile(rb"<Error>.*</Error>", re.DOTALL)


def read(source: ClientSource, holder: Holder, name: str) -> Value | None:
    try:
        answer = _send(source, "read_policy", f"get_{holder.kind}_policy", _named(holder, name))
    except NotFoundError:
        return None
    found = answer["PolicyDocument"]
    # The SDK decodes what Amazon sends, and leaves what others send as it is.
    told: Value = json.loads(unquote(found)) if isinstance(found, str) else found
    return told


def write(source: ClientSource, holder: Holder, name: str, policy: Value) -> None:
    # Without spaces: Ceph 16 finds a role's policy with them malformed, because they arrive as plus signs.
    given = {**_named(holder, name), "PolicyDocument": json.dumps(policy, separators=(",", ":"))}
    _send(source, "attach_policy", f"put_{holder.kind}_policy", given)


def keep_the_error(response_dict: dict[str, Any], **_: Any) -> None:
    """Ceph 16 begins an answer, finds no policy, and writes a whole error into it, which is no XML any more."""
    found = _ERROR.search(response_dict["body"]) if response_dict["status_code"] >= 300 else None
    if found:
        response_dict["body"] = b"<ErrorResponse>" + found[0] + b"</ErrorResponse>"


def _named(holder: Holder, name: str) -> dict[str, str]:
    return {f"{holder.kind.capitalize()}Name": holder.name, "PolicyName": name}


def _send(source: ClientSource, operation: str, method: str, given: dict[str, str]) -> dict[str, Any]:
    try:
        with source.service("iam") as client:
            client.meta.events.register("before-parse.iam", keep_the_error)
            answer: dict[str, Any] = getattr(client, method)(**given)
            return answer
    except (*DRIVER_ERRORS, ValueError) as error:
        raise translate(error, operation=operation, store=str(source.place.identity)) from error
