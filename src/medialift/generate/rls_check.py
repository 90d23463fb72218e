"""Says what live policies of Supabase Storage really allow, from the rows of ``pg_policies``.

Policies of one command are joined by OR: the widest one decides. Conditions are read as PostgreSQL
prints them; one that cannot be understood is reported as such, and never taken for good.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

LIVE_POLICIES = """\
select policyname, permissive, roles::text[], cmd, coalesce(qual, ''), coalesce(with_check, '')
from pg_policies where schemaname = 'storage' and tablename = 'objects' order by policyname"""
"""The query whose rows make :class:`LivePolicy`, in its order."""

PUBLIC_BUCKETS = "select id from storage.buckets where public order by id"

COMMANDS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
EVERY_BUCKET = "*"


class Fault(enum.Enum):
    """What can be wrong; the values are permanent names."""

    OPEN_READ = "rls-open-read"
    OPEN_WRITE = "rls-open-write"
    NO_REPLACE = "rls-no-replace"
    NO_DELETE = "rls-no-delete"
    WITHOUT_SELECT = "rls-without-select"
    UUID_SUBJECT = "rls-uuid-subject"
    EVERY_ROLE = "rls-every-role"
    PER_ROW = "rls-per-row"
    EVERY_BUCKET = "rls-every-bucket"
    PUBLIC_BUCKET = "rls-public-bucket"
    NOT_UNDERSTOOD = "rls-not-understood"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: *subject* is the bucket or the policy that has it."""

    fault: Fault
    subject: str
    message: str


@dataclass(frozen=True, slots=True)
class LivePolicy:
    """One row of ``pg_policies``; conditions as PostgreSQL prints them, empty where there is none."""

    name: str
    permissive: str
    roles: tuple[str, ...]
    command: str
    using: str
    check: str

    @property
    def commands(self) -> frozenset[str]:
        return COMMANDS if self.command == "ALL" else frozenset({self.command})

    @property
    def condition(self) -> str:
        """The condition that decides. A missing WITH CHECK is the same as USING."""
        return self.check or self.using if self.command in ("INSERT", "UPDATE") else self.using or self.check

    @property
    def buckets(self) -> frozenset[str]:
        found = re.findall(r"bucket_id = E?'((?:[^']|'')*)'", self.condition)
        return frozenset(name.replace("''", "'") for name in found) or frozenset({EVERY_BUCKET})

    @property
    def is_own(self) -> bool:
        """Whether a row must belong to whoever asks: its folder or its owner is compared with the token."""
        compared = re.sub(r"(auth\.uid\(\)|'sub'::text\))(?: AS [\w\"?]+)?\)* IS NOT NULL", "", self.condition)
        return bool(re.search(r"auth\.uid\(\)|'sub'", compared))

    @property
    def is_understood(self) -> bool:
        """An alternative may let more rows in than the condition beside it says; so may a function of the site's."""
        called = set(re.findall(r"([A-Za-z_][\w.]*)\(", self.condition))
        return not re.search(r"\b(OR|CASE|FROM)\b|NOT \(|<>", self.condition) and called <= _KNOWN_FUNCTIONS

    @property
    def who(self) -> str:
        """Whom it lets in, in words."""
        signed_in = "auth.role() = 'authenticated'" in re.sub(r"\( SELECT (.*?) AS \w+\)", r"\1", self.condition)
        if signed_in or set(self.roles) == {"authenticated"}:
            return "everybody who is signed in"
        return "everybody, signed in or not"


def findings(policies: Iterable[LivePolicy], public_buckets: Collection[str] = ()) -> list[Finding]:
    """Every fault, bucket by bucket and then policy by policy."""
    counted = [policy for policy in policies if set(policy.roles) != {"service_role"}]
    widening = [policy for policy in counted if policy.permissive == "PERMISSIVE"]
    named = sorted(set().union(*(policy.buckets for policy in widening)) - {EVERY_BUCKET})
    found: list[Finding] = []
    for bucket in named or [EVERY_BUCKET]:
        here = [policy for policy in widening if policy.buckets & {bucket, EVERY_BUCKET}]
        found += _of_bucket(bucket, here)
        if bucket in public_buckets and any(policy.is_own for policy in here):
            said = "the bucket is public: whoever knows a file's name can fetch it, whatever the policies say"
            found.append(Finding(Fault.PUBLIC_BUCKET, bucket, said))
    return found + [finding for policy in counted for finding in _of_policy(policy)]


def _of_bucket(bucket: str, policies: list[LivePolicy]) -> Iterator[Finding]:
    allowed = {command: [policy for policy in policies if command in policy.commands] for command in COMMANDS}
    if any(policy.is_own for policy in policies):
        yield from _strangers(bucket, allowed)
    if allowed["INSERT"]:
        yield from _left_out(bucket, allowed)
    for command in ("UPDATE", "DELETE"):
        if allowed[command] and not allowed["SELECT"]:
            said = f"the policy for {command} does nothing, because there is none for SELECT"
            yield Finding(Fault.WITHOUT_SELECT, bucket, said)


def _strangers(bucket: str, allowed: dict[str, list[LivePolicy]]) -> Iterator[Finding]:
    """Who may touch the files of others, in a bucket where files belong to somebody."""
    for policy in allowed["SELECT"]:
        if not policy.is_own and policy.is_understood:
            said = f"{policy.who} can read, list and sign everybody's files, because {policy.name!r} allows it"
            yield Finding(Fault.OPEN_READ, bucket, said)
    for command in ("INSERT", "UPDATE", "DELETE"):
        for policy in allowed[command]:
            if not policy.is_own and policy.is_understood:
                said = f"{policy.who} may {command} files of others, because {policy.name!r} allows it"
                yield Finding(Fault.OPEN_WRITE, bucket, said)


def _left_out(bucket: str, allowed: dict[str, list[LivePolicy]]) -> Iterator[Finding]:
    """What those who may upload cannot do afterwards."""
    if not allowed["UPDATE"]:
        said = "files can be uploaded, but nobody can replace one: there is no policy for UPDATE"
        yield Finding(Fault.NO_REPLACE, bucket, said)
    if not allowed["DELETE"]:
        said = "files can be uploaded, but nobody can delete one: there is no policy for DELETE"
        yield Finding(Fault.NO_DELETE, bucket, said)


def _of_policy(policy: LivePolicy) -> Iterator[Finding]:
    if not policy.is_understood:
        said = "the condition has alternatives or calls functions of its own: read it yourself"
        yield Finding(Fault.NOT_UNDERSTOOD, policy.name, said)
    if EVERY_BUCKET in policy.buckets:
        yield Finding(Fault.EVERY_BUCKET, policy.name, "it names no bucket, so it holds for all of them")
    if "auth.uid()" in policy.condition:
        said = "auth.uid() fails for a token whose subject is no UUID, and every read of every bucket with it"
        yield Finding(Fault.UUID_SUBJECT, policy.name, said)
    if re.search(r"(?<!SELECT )(?<!SELECT \()auth\.\w+\(\)", policy.condition):
        yield Finding(Fault.PER_ROW, policy.name, "an auth function is called for each row: write (select …) around it")
    if "public" in policy.roles:
        yield Finding(Fault.EVERY_ROLE, policy.name, "it has no TO clause, so it is also evaluated for anon")


_KNOWN_FUNCTIONS = frozenset(
    {
        *("auth.uid", "auth.jwt", "auth.role", "storage.foldername", "storage.filename", "storage.extension"),
        *("starts_with", "split_part", "lower"),
    }
)
