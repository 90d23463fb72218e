"""What several services refuse, each in its own words."""

from __future__ import annotations

from collections.abc import Callable, Collection

from medialift.testing.proxy import Action, Request, Rule, error

CREATES = frozenset({"PutObject", "CopyObject", "CreateMultipartUpload"})
"""Operations that name a new object for the first time."""
WRITES = CREATES | {"UploadPart", "CompleteMultipartUpload"}


def not_implemented(message: str) -> Action:
    """The protocol's answer for what a service does not have."""
    return error(501, "NotImplemented", message)


def without(*subresources: str, methods: Collection[str] = ("GET", "PUT", "DELETE", "POST")) -> Rule:
    """Refuse everything about these sub-resources (``?versioning``) of buckets and objects."""

    def rule(request: Request) -> Action | None:
        asked = [name for name in subresources if name in request.query]
        if request.method not in methods or not asked:
            return None
        return not_implemented(f"{request.method} ?{asked[0]} is not implemented")

    return rule


def without_forms() -> Rule:
    """Refuse uploads by a browser's form."""
    refusal = not_implemented("POST object is not implemented")
    return lambda request: refusal if request.operation == "POST" else None


def refusing_headers(
    names: Collection[str], operations: Collection[str], refusal: Callable[[str, str], Action]
) -> Rule:
    """Answer *refusal* of the first of these headers that a request of these operations has."""

    def rule(request: Request) -> Action | None:
        found = [(name, value) for name, value in request.headers.items() if name in names]
        return refusal(*found[0]) if found and request.operation in operations else None

    return rule
