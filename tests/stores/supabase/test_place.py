from __future__ import annotations

from typing import Any

import pytest

from medialift.errors import ConfigError
from medialift.providers import load_provider
from medialift.stores.s3.place import place_of as s3_place_of
from medialift.stores.spec import StoreSpec
from medialift.stores.supabase.place import Place, place_of

REF = "abcdefghijklmnopqrst"


def place(**fields: Any) -> Place:
    return place_of(StoreSpec("supabase", "media", **fields), load_provider("supabase"))


class TestAddress:
    @pytest.mark.parametrize(
        "url",
        [
            f"https://supabase.com/dashboard/project/{REF}",
            f"https://{REF}.supabase.co/rest/v1/",
            "https://app.supabase.io",
        ],
    )
    def test_another_one_of_supabases_is_told_apart(self, url: str) -> None:
        with pytest.raises(ConfigError, match="not the project's own") as caught:
            place(endpoint_url=url)
        assert "https://PROJECT.supabase.co" in caught.value.hint

    def test_is_made_of_the_projects_reference(self) -> None:
        assert place(account_id=REF).base == f"https://{REF}.supabase.co/storage/v1"

    @pytest.mark.parametrize("tail", ["", "/", "/storage/v1", "/storage/v1/", ":443/"])
    def test_may_be_written_with_what_people_copy(self, tail: str) -> None:
        assert place(endpoint_url=f"https://{REF}.supabase.co{tail}").base == f"https://{REF}.supabase.co/storage/v1"

    def test_of_a_self_hosted_one_keeps_its_port_and_path(self) -> None:
        assert place(endpoint_url="http://localhost:8000/supabase").base == "http://localhost:8000/supabase/storage/v1"

    def test_is_needed(self) -> None:
        with pytest.raises(ConfigError, match="not named") as caught:
            place()
        assert "SUPABASE_URL" in caught.value.hint

    def test_of_the_s3_protocol_is_refused_with_its_own_provider(self) -> None:
        with pytest.raises(ConfigError) as caught:
            place(endpoint_url=f"https://{REF}.storage.supabase.co/storage/v1/s3")
        assert "supabase-s3" in caught.value.hint


class TestIdentity:
    def test_is_one_for_both_hosts_and_for_both_ways_in(self) -> None:
        by_s3 = StoreSpec(
            "supabase-s3", "media", region="eu-west-1", endpoint_url=f"https://{REF}.storage.supabase.co/storage/v1/s3"
        )
        places = [
            place(account_id=REF).identity.place,
            place(endpoint_url=f"https://{REF}.storage.supabase.co").identity.place,
            s3_place_of(by_s3, load_provider("supabase-s3")).identity.place,
            s3_place_of(
                StoreSpec("supabase-s3", "media", region="eu-west-1", account_id=REF), load_provider("supabase-s3")
            ).identity.place,
        ]
        assert places == [f"{REF}.supabase.co/media"] * 4

    def test_of_a_self_hosted_one_is_its_address(self) -> None:
        identity = place(endpoint_url="http://localhost:8000", prefix="/sites/a/").identity
        assert (identity.endpoint, identity.container, identity.prefix) == ("localhost:8000", "media", "sites/a")


class TestPaths:
    def test_hold_the_prefix_and_are_quoted(self) -> None:
        there = place(account_id=REF, prefix="some media")
        assert there.of_object("object", "a b/1+1=2?.jpg") == "/object/media/some%20media/a%20b/1%2B1%3D2%3F.jpg"
        assert there.of_object("object/sign", "1+1=2.jpg", safe="+=") == "/object/sign/media/some%20media/1+1=2.jpg"

    def test_of_a_bucket_with_odd_letters_are_quoted(self) -> None:
        odd = place_of(StoreSpec("supabase", "a b&c", account_id=REF), load_provider("supabase"))
        assert odd.of_bucket("object/list-v2") == "/object/list-v2/a%20b%26c"


def test_both_ways_in_hold_the_same_keys() -> None:
    """A site may change between them: what only one of them holds is escaped by both."""
    rest, s3 = load_provider("supabase").traits, load_provider("supabase-s3").traits
    assert rest.key_rules == s3.key_rules
    assert rest.lost_headers == s3.lost_headers
