"""Backblaze B2's differences from S3.

That every bucket keeps versions is no rule: switch them on in the bucket of the server behind
(https://www.backblaze.com/docs/cloud-storage-s3-compatible-app-keys).
"""

from __future__ import annotations

import re

from medialift.testing.proxy import Action, Exchange, Request, Rule, error
from medialift.testing.s3_rules.common import CREATES, WRITES, not_implemented, refusing_headers, without, without_forms

CONDITIONS = frozenset({"if-match", "if-none-match"})
ABSENT = ("tagging", "website", "policy", "policyStatus", "publicAccessBlock", "ownershipControls", "notification")
"""Sub-resources that the list of supported calls leaves out; that they are answered with 501 is assumed.
Source: https://www.backblaze.com/docs/cloud-storage-call-the-s3-compatible-api"""

LONGEST_SEGMENT = 250
"""Bytes between two slashes. Source: https://github.com/Backblaze/b2-sdk-python (check_b2_filename)."""


def b2_rules(*, restricted_key: bool = True) -> tuple[Rule, ...]:
    """Let a server answer as B2 does; requests stay as they are, so that it may check their signatures.

    *restricted_key*: the key is limited to a bucket or a prefix, and may not know what is missing.
    """
    rules = (
        only_version_4(),
        without_forms(),
        without(*ABSENT),
        without("versioning", methods=("PUT",)),
        refuses_conditions(),
        refuses_names(),
        refuses_other_acls(),
    )
    return (*rules, hides_what_is_missing()) if restricted_key else rules


def refuses_conditions() -> Rule:
    """501 to every conditional write. Source: https://github.com/lance-format/lance/issues/5614."""
    refusal = not_implemented("A header you provided implies functionality that is not implemented")
    return refusing_headers(CONDITIONS, WRITES, lambda name, value: refusal)


def refuses_names() -> Rule:
    """The rules of the native API; that the S3 API has the same, and its answer, is assumed.

    Source: https://github.com/Backblaze/b2-sdk-python (check_b2_filename).
    """

    def rule(request: Request) -> Action | None:
        fault = fault_of(request.key) if request.operation in CREATES else ""
        return error(400, "InvalidRequest", f"File names must not {fault}") if fault else None

    return rule


def fault_of(name: str) -> str:
    """What is wrong with *name*, empty if nothing is."""
    if name.startswith("/") or name.endswith("/"):
        return "start or end with '/'"
    if "//" in name:
        return "contain '//'"
    if re.search(r"[\x00-\x1f\x7f]", name):
        return "contain control characters or DEL"
    if max(len(segment.encode()) for segment in name.split("/")) > LONGEST_SEGMENT:
        return f"have segments of more than {LONGEST_SEGMENT} bytes"
    return ""


def hides_what_is_missing() -> Rule:
    """403 to HEAD of a missing object. Source: https://github.com/backblaze-labs/genblaze (connectors/s3)."""
    refusal = error(403, "AccessDenied")

    def look(exchange: Exchange) -> None:
        answer = exchange.ask()
        if answer is not None and answer.status == 404:
            refusal(exchange)
        elif answer is not None:
            exchange.relay(answer)

    return lambda request: look if request.operation == "HeadObject" else None


def only_version_4() -> Rule:
    """Refuse signatures of version 2; the wording is assumed.

    Source: https://www.backblaze.com/docs/cloud-storage-call-the-s3-compatible-api
    """
    refusal = error(400, "InvalidRequest", "The V2 signature version is not supported.")

    def rule(request: Request) -> Action | None:
        is_old = request.headers.get("authorization", "").startswith("AWS ") or "AWSAccessKeyId" in request.query
        return refusal if is_old else None

    return rule


def refuses_other_acls() -> Rule:
    """An object's ACL must be its bucket's, which is private here; the code is assumed.

    Source: https://www.backblaze.com/docs/cloud-storage-s3-compatible-api
    """

    def rule(request: Request) -> Action | None:
        wanted = request.headers.get("x-amz-acl", "private")
        if request.operation not in CREATES or wanted == "private":
            return None
        return error(400, "InvalidArgument", f"Unsupported value for canned acl '{wanted}'")

    return rule
