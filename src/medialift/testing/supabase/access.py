"""Who is calling, and what the policies let him do."""

from __future__ import annotations

from dataclasses import dataclass

from medialift.testing.supabase import refusals, tokens
from medialift.testing.supabase.project import Project, StoredObject
from medialift.testing.supabase.refusals import Refusal
from medialift.testing.supabase.tokens import Claims
from medialift.testing.wire import Request

ROLES = frozenset({"anon", "authenticated", "service_role"})
BROWSER = "Mozilla/"


@dataclass(frozen=True)
class Caller:
    """The role that a request runs as, and the claims that policies look at."""

    project: Project
    claims: Claims

    @property
    def role(self) -> str:
        return str(self.claims.get("role") or "anon")

    @property
    def is_service(self) -> bool:
        return self.role == "service_role"

    @property
    def owner(self) -> str:
        return str(self.claims.get("sub") or "")

    def may(self, operation: str, bucket: str, name: str) -> bool:
        return self.is_service or self.project.policy_allows(self.claims, operation, bucket, name)

    def may_all(self, operations: str, bucket: str, name: str) -> bool:
        """The same for several operations, separated by spaces."""
        return all(self.may(operation, bucket, name) for operation in operations.split())

    def find(self, bucket: str, name: str) -> StoredObject:
        """The object, if this caller may see it: one that is hidden is as if absent."""
        allowed = self.may("select", bucket, name)
        found = self.project.find(bucket, name)
        if not allowed:
            raise refusals.no_such_key()
        return found


def caller_of(project: Project, request: Request) -> Caller:
    """Who sent *request*. Raises the refusals of missing and of wrong tokens."""
    found = caller_or_nobody(project, request)
    if found is None:
        raise refusals.no_authorization()
    return found


def caller_or_nobody(project: Project, request: Request) -> Caller | None:
    """The same; ``None`` of a request that names nobody."""
    authorization = request.headers.get("authorization")
    if authorization is None:
        return _by_project_key(project, request)
    scheme, _, token = authorization.partition(" ")
    try:
        claims = tokens.verified(token.strip() if scheme.lower() == "bearer" else "", project.jwt_secret)
    except tokens.TokenError as error:
        raise refusals.unauthorized(str(error)) from None
    return Caller(project, _with_known_role(claims))


def _by_project_key(project: Project, request: Request) -> Caller | None:
    """What the gateway of a hosted project makes of the newer keys; a legacy key in this header does nothing."""
    key = request.headers.get("apikey", "")
    if not key.startswith("sb_"):
        return None
    if key.startswith("sb_secret_") and BROWSER in request.headers.get("user-agent", ""):
        raise Refusal(401, "Unauthorized", "Forbidden use of secret API key in browser", http=401)
    roles = {project.secret_key: "service_role", project.publishable_key: "anon"}
    if key not in roles:
        raise Refusal(401, "Unauthorized", "Invalid API key", http=401)
    return Caller(project, {"role": roles[key]})


def _with_known_role(claims: Claims) -> Claims:
    role = claims.get("role") or "anon"
    if role == "postgres":
        raise refusals.unauthorized('permission denied to set role "postgres"')
    if role not in ROLES:
        raise Refusal(500, "DatabaseError", "database error, code: 22023", "DatabaseError")
    return {**claims, "role": role}
