"""What is found in live policies, as PostgreSQL itself prints them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from medialift.generate.rls import Access, Bucket, sql
from medialift.generate.rls_check import Fault, Finding, LivePolicy, findings
from tests.generate.supabase import Project, project, user

PUBLISHED = """
create policy "Users own documents" on storage.objects for all
  using (bucket_id = 'documents' and auth.uid()::text = (storage.foldername(name))[1]);
create policy "Authenticated users can view documents" on storage.objects for select
  using (bucket_id = 'documents' and auth.role() = 'authenticated');
create policy "Users view own profile" on storage.objects for select
  using (bucket_id = 'user-profiles' and auth.uid()::text = (storage.foldername(name))[1]);
create policy "Users upload own profile" on storage.objects for insert
  with check (bucket_id = 'user-profiles' and auth.uid()::text = (storage.foldername(name))[1]);
create policy "Species are viewable by everyone" on storage.objects for select using (bucket_id = 'species');
"""
"""The set that is copied from tutorial to tutorial."""


@pytest.fixture
def supabase() -> Iterator[Project]:
    with project() as made:
        for bucket in ("documents", "user-profiles", "species"):
            made.add(bucket, "folder/file")
        yield made


def faults(found: list[Finding]) -> set[tuple[Fault, str]]:
    return {(finding.fault, finding.subject) for finding in found}


def test_the_published_set_is_seen_through(supabase: Project) -> None:
    supabase.run(PUBLISHED)
    found = faults(findings(*supabase.live()))
    assert {
        (Fault.OPEN_READ, "documents"),
        (Fault.NO_REPLACE, "user-profiles"),
        (Fault.NO_DELETE, "user-profiles"),
        (Fault.UUID_SUBJECT, "Users own documents"),
        (Fault.PER_ROW, "Users own documents"),
        (Fault.EVERY_ROLE, "Species are viewable by everyone"),
    } <= found
    assert not {fault for fault, subject in found if subject == "species"}
    assert (Fault.NO_DELETE, "documents") not in found


def test_what_it_says_of_the_published_set_is_what_the_database_does(supabase: Project) -> None:
    supabase.run(PUBLISHED)
    one, other = (user(f"{digit * 8}-0000-4000-8000-000000000000") for digit in "12")
    for bucket in ("documents", "user-profiles"):
        supabase.add(bucket, f"{one['sub']}/1.pdf", one["sub"])
    (said,) = (found.message for found in findings(*supabase.live()) if found.fault is Fault.OPEN_READ)
    assert said.startswith("everybody who is signed in can read, list and sign everybody's files")
    assert f"{one['sub']}/1.pdf" in supabase.sees(other, "documents")
    assert supabase.uploads(one, "user-profiles", f"{one['sub']}/2.png")
    assert not supabase.renames(one, "user-profiles", f"{one['sub']}/1.pdf", f"{one['sub']}/3.png")
    assert not supabase.deletes(one, "user-profiles", f"{one['sub']}/1.pdf")


@pytest.mark.parametrize("access", list(Access))
@pytest.mark.parametrize("prefix", ["", "media"])
def test_generated_policies_allow_what_their_kind_says(prefix: str, access: Access, supabase: Project) -> None:
    supabase.run(sql(Bucket("documents", prefix), access))
    found = faults(findings(supabase.live()[0]))
    wide = access in (Access.AUTHENTICATED_READ, Access.PUBLIC_READ)
    assert found == ({(Fault.OPEN_READ, "documents")} if wide else set())


def test_a_public_bucket_makes_private_policies_idle(supabase: Project) -> None:
    supabase.run(sql(Bucket("documents"), Access.OWNER_ONLY))
    supabase.run("update storage.buckets set public = true where id = 'documents'")
    assert faults(findings(*supabase.live())) == {(Fault.PUBLIC_BUCKET, "documents")}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("for update to authenticated using (bucket_id = 'documents' and owner_id = (select auth.jwt()->>'sub'))",
         Fault.WITHOUT_SELECT),
        ("for select to authenticated using (owner_id = (select auth.jwt()->>'sub'))", Fault.EVERY_BUCKET),
        ("for select to authenticated using (bucket_id = 'documents' and "
         "(owner_id = (select auth.jwt()->>'sub') or name like 'shared/%'))", Fault.NOT_UNDERSTOOD),
        ("for select to authenticated using (bucket_id = 'documents' and exists (select from storage.buckets))",
         Fault.NOT_UNDERSTOOD),
        ("for select to anon using (bucket_id = 'documents' and auth.uid() is null)", Fault.UUID_SUBJECT),
    ],
)  # fmt: skip
def test_a_fault_is_found_where_it_is(policy: str, expected: Fault, supabase: Project) -> None:
    supabase.run(f'create policy "p" on storage.objects {policy}')
    assert expected in {finding.fault for finding in findings(*supabase.live())}


@pytest.mark.parametrize(
    "condition",
    ["auth.uid() is not null", "(select auth.uid()) is not null", "(select auth.jwt()->>'sub') is not null"],
)
def test_being_somebody_is_not_being_the_owner(condition: str, supabase: Project) -> None:
    supabase.run(sql(Bucket("documents"), Access.OWNER_ONLY))
    for command, word in (("select", "using"), ("insert", "with check"), ("delete", "using")):
        supabase.run(f"create policy {command}_all on storage.objects for {command} to authenticated "
                     f"{word} (bucket_id = 'documents' and {condition})")  # fmt: skip
    found = [finding for finding in findings(*supabase.live()) if finding.fault in (Fault.OPEN_READ, Fault.OPEN_WRITE)]
    assert {(finding.fault, finding.subject) for finding in found} == {
        (Fault.OPEN_READ, "documents"),
        (Fault.OPEN_WRITE, "documents"),
    }
    assert len(found) == 3


def test_the_service_itself_and_narrowing_policies_are_no_fault(supabase: Project) -> None:
    supabase.run(sql(Bucket("documents"), Access.OWNER_ONLY))
    supabase.run("create policy s on storage.objects to service_role using (true)")
    supabase.run("create policy n on storage.objects as restrictive for select to authenticated "
                 "using (bucket_id = 'documents' and name like '%.pdf')")  # fmt: skip
    assert findings(*supabase.live()) == []


def test_the_widest_policy_decides_also_if_it_names_no_bucket() -> None:
    condition = "((bucket_id = 'a'::text) AND (owner_id = ( SELECT (auth.jwt() ->> 'sub'::text))))"
    own = LivePolicy("own", "PERMISSIVE", ("authenticated",), "SELECT", condition, "")
    wide = LivePolicy("wide", "PERMISSIVE", ("authenticated",), "SELECT", "true", "")
    assert (Fault.OPEN_READ, "a") in faults(findings([own, wide]))
