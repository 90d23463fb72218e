"""Row-level security, as far as storage meets it: rules that allow, joined by OR; nothing else is allowed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from medialift.testing.supabase.refusals import Refusal
from medialift.testing.supabase.tokens import Claims

OPERATIONS = frozenset({"select", "insert", "update", "delete"})

Check = Callable[[Claims, str, str], bool]
"""Whether the bearer of the claims may touch this bucket's object of this name."""


@dataclass(frozen=True)
class Policy:
    """What ``create policy … on storage.objects for …`` says."""

    operations: frozenset[str]
    check: Check

    def allows(self, claims: Claims, operation: str, bucket: str, name: str) -> bool:
        return operation in self.operations and self.check(claims, bucket, name)


def own_folder(bucket: str, operations: frozenset[str] = OPERATIONS) -> Policy:
    """``to authenticated``, and the first folder is ``auth.uid()``: the policy of the documentation."""

    def check(claims: Claims, where: str, name: str) -> bool:
        # The database reads the subject first, whatever bucket it is about.
        user = user_id(claims)
        if claims.get("role") != "authenticated" or where != bucket:
            return False
        return "/" in name and name.partition("/")[0] == user

    return Policy(operations, check)


def everybody(bucket: str, operations: frozenset[str] = frozenset({"select"})) -> Policy:
    """Without a ``to`` clause, it holds for the anon key too."""
    return Policy(operations, lambda claims, where, name: where == bucket)


def user_id(claims: Claims) -> str | None:
    """``auth.uid()``, which fails for a subject that is no UUID, whatever object was asked for."""
    subject = claims.get("sub")
    try:
        return str(uuid.UUID(subject)) if subject else None
    except ValueError:
        message = f'invalid input syntax for type uuid: "{subject}"'
        raise Refusal(400, "InvalidParameter", message, "InvalidParameter") from None
