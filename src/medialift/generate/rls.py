"""Row-level security for one bucket of Supabase Storage, as SQL that can be run again.

What each operation needs was measured on supabase/storage 1.70.6: an upload of a new key INSERT (with
``upsert`` SELECT too), replacing SELECT and UPDATE, moving the same, deleting SELECT and DELETE; a
policy for UPDATE or DELETE without one for SELECT does nothing.
"""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass

from medialift.generate.sql import MAX_IDENTIFIER, identifier, literal

SUBJECT = "(select auth.jwt()->>'sub')"
"""Who asks, as text, asked once for each query. ``auth.uid()`` makes a UUID of it, and with a subject
that is none (Auth0, Clerk, Firebase) every read of every bucket fails."""

SIGNED_IN = "authenticated"
EVERYBODY = "anon, authenticated"


class Access(enum.Enum):
    """Who may do what in the bucket. Files are changed only by those who uploaded them."""

    OWNER_ONLY = "owner-only"
    """Whoever uploaded a file reads it, and nobody else."""
    PRIVATE_PER_USER = "private-per-user"
    """Everybody has a folder named after the subject of their token, and sees no other."""
    AUTHENTICATED_READ = "authenticated-read"
    """Everybody who is signed in reads everything, which includes whoever may register."""
    PUBLIC_READ = "public-read"
    """Everybody reads everything."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of Supabase, or the part of it below *prefix*."""

    id: str
    prefix: str = ""


def sql(bucket: Bucket, access: Access) -> str:
    """The statements, in one transaction: one policy for each command, replaced if it is there."""
    mine = f"{_place(bucket)} and {_owned(bucket, access)}"
    seen, readers = (mine, SIGNED_IN) if access in _PRIVATE else (_place(bucket), _READERS[access])
    policies = [
        _policy(bucket, "select", readers, using=seen),
        _policy(bucket, "insert", SIGNED_IN, check=mine),
        _policy(bucket, "update", SIGNED_IN, using=mine, check=mine),
        _policy(bucket, "delete", SIGNED_IN, using=mine),
    ]
    return "\n\n".join(["begin;", _visibility(bucket, access), *policies, "commit;"]) + "\n"


def policy_name(bucket: Bucket, command: str) -> str:
    """The name of one policy: the same for every kind of access, so that another kind replaces it.

    Names that are too long end in a digest instead of being cut, so that no two buckets share one.
    """
    place = f"{bucket.id}/{bucket.prefix}".rstrip("/")
    name = f"medialift {command} {place}"
    if len(name.encode()) <= MAX_IDENTIFIER:
        return name
    digest = hashlib.sha256(place.encode()).hexdigest()[:16]
    room = MAX_IDENTIFIER - len(f"medialift {command}  {digest}")
    return f"medialift {command} {place.encode()[:room].decode(errors='ignore')} {digest}"


def _policy(bucket: Bucket, command: str, roles: str, *, using: str = "", check: str = "") -> str:
    name = identifier(policy_name(bucket, command))
    conditions = [f"\n  {word} ({text})" for word, text in (("using", using), ("with check", check)) if text]
    return (
        f"drop policy if exists {name} on storage.objects;\n"
        f"create policy {name} on storage.objects\n"
        f"  for {command} to {roles}{''.join(conditions)};"
    )


def _place(bucket: Bucket) -> str:
    inside = f" and starts_with(name, {literal(bucket.prefix + '/')})" if bucket.prefix else ""
    return f"bucket_id = {literal(bucket.id)}{inside}"


def _owned(bucket: Bucket, access: Access) -> str:
    if access is not Access.PRIVATE_PER_USER:
        return f"owner_id = {SUBJECT}"
    depth = len(bucket.prefix.split("/")) + 1 if bucket.prefix else 1
    return f"(storage.foldername(name))[{depth}] = {SUBJECT}"


def _visibility(bucket: Bucket, access: Access) -> str:
    """The bucket's own switch: a public one serves every file to whoever knows its name, whatever policies say."""
    if access is Access.PUBLIC_READ and bucket.prefix:
        return '-- The bucket\'s switch "public" stays as it is: it would open every folder, not only this one.'
    is_public = "true" if access is Access.PUBLIC_READ else "false"
    return f"update storage.buckets set public = {is_public} where id = {literal(bucket.id)};"  # noqa: S608 - quoted above


_PRIVATE = frozenset({Access.OWNER_ONLY, Access.PRIVATE_PER_USER})
_READERS = {Access.AUTHENTICATED_READ: SIGNED_IN, Access.PUBLIC_READ: EVERYBODY}
