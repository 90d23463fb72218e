"""The generated policies on a real PostgreSQL: two users, somebody without a token, and a third party's token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medialift.errors import ConfigError
from medialift.generate.rls import Access, Bucket, policy_name, sql
from medialift.generate.sql import identifier, literal
from tests.generate.supabase import ANON, Project, project, user

A = user("11111111-1111-4111-8111-111111111111")
B = user("22222222-2222-4222-8222-222222222222")
THIRD_PARTY = user("auth0|5f7c8ec7c33c6c004bbafe82")
NASTY = ["o'neil", 'say "hi"', "'; drop table storage.objects; --", "back\\slash'", "new\nline", "%s {0} $1", "é" * 60]


@pytest.fixture(scope="module")
def supabase() -> Iterator[Project]:
    with project() as made:
        yield made


@pytest.fixture
def place(request: pytest.FixtureRequest, supabase: Project) -> Iterator[Bucket]:
    """A bucket with a file of A and one of B, each in a folder of its owner, below a prefix or not."""
    bucket = Bucket("pics", getattr(request, "param", ""))
    start = f"{bucket.prefix}/" if bucket.prefix else ""
    for who in (A, B, THIRD_PARTY):
        supabase.add("pics", f"{start}{who['sub']}/1.jpg", who["sub"])
    supabase.add("pics", "elsewhere/1.jpg", A["sub"])
    supabase.add("other", f"{A['sub']}/1.jpg", A["sub"])
    yield bucket
    supabase.run("delete from storage.objects; delete from storage.buckets")
    for policy in supabase.live()[0]:
        supabase.run(f"drop policy {identifier(policy.name)} on storage.objects")


def own(bucket: Bucket, who: dict[str, Any], file: str = "1.jpg") -> str:
    return "/".join(part for part in (bucket.prefix, who["sub"], file) if part)


@pytest.mark.parametrize("place", ["", "media", "media/deep"], indirect=True, ids=["bucket", "prefix", "deep prefix"])
class TestPrivate:
    @pytest.mark.parametrize("access", [Access.OWNER_ONLY, Access.PRIVATE_PER_USER])
    @pytest.mark.parametrize("who", [A, THIRD_PARTY], ids=["user", "subject that is no UUID"])
    def test_one_does_everything_with_ones_own_and_nothing_with_others(
        self, who: dict[str, Any], access: Access, place: Bucket, supabase: Project
    ) -> None:
        supabase.run(sql(place, access))
        elsewhere = {"elsewhere/1.jpg"} if access is Access.OWNER_ONLY and not place.prefix and who is A else set()
        assert supabase.sees(who, "pics") == {own(place, who)} | elsewhere
        assert supabase.uploads(who, "pics", own(place, who, "new.jpg"))
        assert supabase.renames(who, "pics", own(place, who), own(place, who, "2.jpg"))
        assert supabase.deletes(who, "pics", own(place, who))
        assert not supabase.renames(who, "pics", own(place, B), own(place, who, "stolen.jpg"))
        assert not supabase.deletes(who, "pics", own(place, B))

    @pytest.mark.parametrize("access", list(Access))
    def test_nothing_is_written_without_a_token(self, access: Access, place: Bucket, supabase: Project) -> None:
        supabase.run(sql(place, access))
        assert not supabase.uploads(ANON, "pics", own(place, A, "new.jpg"))
        assert not supabase.renames(ANON, "pics", own(place, A), own(place, A, "2.jpg"))
        assert not supabase.deletes(ANON, "pics", own(place, A))

    @pytest.mark.parametrize("access", list(Access))
    def test_another_bucket_stays_closed(self, access: Access, place: Bucket, supabase: Project) -> None:
        supabase.run(sql(place, access))
        for who in (A, B, ANON):
            assert supabase.sees(who, "other") == set()
        assert not supabase.uploads(A, "other", f"{A['sub']}/new.jpg")


def test_folders_that_only_look_like_ones_own_are_not(place: Bucket, supabase: Project) -> None:
    supabase.run(sql(place, Access.PRIVATE_PER_USER))
    sub = A["sub"]
    for name in (sub, f"x/{sub}/1.jpg", f"{sub}x/1.jpg", f"/{sub}/1.jpg", f"{sub.upper()}X/1.jpg", "1.jpg", "../1.jpg"):
        assert not supabase.uploads(A, "pics", name), name
    assert not supabase.renames(A, "pics", own(place, A), own(place, B, "planted.jpg"))


@pytest.mark.parametrize("subject", ["", None])
def test_a_token_without_a_subject_owns_nothing(subject: str | None, place: Bucket, supabase: Project) -> None:
    nobody = {"role": "authenticated", "sub": subject}
    supabase.add("pics", "nobodys.jpg")
    supabase.run(sql(place, Access.PRIVATE_PER_USER))
    assert supabase.sees(nobody, "pics") == set()
    supabase.run(sql(place, Access.OWNER_ONLY))
    assert supabase.sees(nobody, "pics") == set()


def test_readers_are_those_that_the_kind_names(place: Bucket, supabase: Project) -> None:
    everything = {own(place, who) for who in (A, B, THIRD_PARTY)} | {"elsewhere/1.jpg"}
    for access, for_users, for_all in (
        (Access.AUTHENTICATED_READ, everything, set()),
        (Access.PUBLIC_READ, everything, everything),
        (Access.PRIVATE_PER_USER, {own(place, B)}, set()),
    ):
        supabase.run(sql(place, access))
        assert supabase.sees(B, "pics") == for_users
        assert supabase.sees(ANON, "pics") == for_all


def test_reading_for_all_lets_nobody_change_the_files_of_others(place: Bucket, supabase: Project) -> None:
    supabase.run(sql(place, Access.PUBLIC_READ))
    assert not supabase.deletes(B, "pics", own(place, A))
    assert not supabase.renames(B, "pics", own(place, A), own(place, B, "stolen.jpg"))
    assert supabase.deletes(A, "pics", own(place, A))


def test_only_public_read_makes_the_bucket_public_and_another_kind_closes_it(place: Bucket, supabase: Project) -> None:
    for access in (Access.PUBLIC_READ, *Access):
        supabase.run(sql(place, access))
        assert supabase.live()[1] == (["pics"] if access is Access.PUBLIC_READ else [])


def test_running_again_and_running_another_kind_leave_four_policies(place: Bucket, supabase: Project) -> None:
    for access in (*Access, *Access):
        supabase.run(sql(place, access))
        policies, _ = supabase.live()
        assert sorted(policy.command for policy in policies) == ["DELETE", "INSERT", "SELECT", "UPDATE"]
        assert "public" not in {role for policy in policies for role in policy.roles}


@pytest.mark.parametrize("name", NASTY)
def test_no_name_breaks_out_of_the_statement(name: str, place: Bucket, supabase: Project) -> None:
    supabase.add(name, own(Bucket(name, name), A), A["sub"])
    for strings in ("on", "off"):
        supabase.run(f"set standard_conforming_strings = {strings}")
        supabase.run(sql(Bucket(name, name), Access.PRIVATE_PER_USER))
    supabase.run("reset standard_conforming_strings")
    assert supabase.sees(A, name) == {own(Bucket(name, name), A)}
    assert supabase.sees(B, name) == set()
    assert len(supabase.live()[0]) == 4


def test_long_names_share_no_policy() -> None:
    one, other = Bucket("b" * 80 + "1"), Bucket("b" * 80 + "2")
    names = {policy_name(bucket, command) for bucket in (one, other) for command in ("select", "delete")}
    assert len(names) == 4
    assert max(len(name.encode()) for name in names) <= 63


def test_what_cannot_stand_in_sql_is_refused() -> None:
    with pytest.raises(ConfigError, match="NUL"):
        literal("a\0b")
    with pytest.raises(ConfigError, match="63 bytes"):
        identifier("é" * 32)


@given(st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"])))
def test_a_quoted_text_ends_only_at_its_end(text: str) -> None:
    quoted = literal(text)
    body = quoted.removeprefix("E")[1:-1]
    assert "'" not in body.replace("''", "")
    plain = body.replace("''", "'")
    assert (plain.replace("\\\\", "\\") if quoted.startswith("E") else plain) == text
    assert quoted.startswith("E") == ("\\" in text)
