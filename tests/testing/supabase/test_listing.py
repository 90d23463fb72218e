"""Both ways to list: supabase.md §7."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from medialift.testing.supabase.listing import MOST_V1
from tests.testing.supabase.conftest import Client, refusal

KEYS = ("L/f0", "L/f1", "L/sub/deep", "Z", "a-b", "a/b", "a0", "l/other")


@pytest.fixture
def service(service: Client) -> Client:
    for key in KEYS:
        service.put(key)
    return service


def v1(client: Client, **body: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.ask("POST", "/object/list/{b}", json=body).json()
    return found


def v2(client: Client, **body: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.ask("POST", "/object/list-v2/{b}", json=body).json()
    return found


def names(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["name"] for entry in entries]


class TestFirstVersion:
    def test_lists_one_level_with_folders_that_have_no_id(self, service: Client) -> None:
        entries = v1(service, prefix="")
        assert names(entries) == ["a", "a-b", "a0", "L", "l", "Z"]
        assert [entry["name"] for entry in entries if entry["id"] is None] == ["a", "L", "l"]

    def test_takes_the_prefix_for_a_folder_and_ignores_its_case(self, service: Client) -> None:
        assert names(v1(service, prefix="L")) == names(v1(service, prefix="L/")) == ["f0", "f1", "other", "sub"]
        assert v1(service, prefix="L/f0") == []

    def test_searches_by_the_beginning_of_a_name(self, service: Client) -> None:
        assert names(v1(service, prefix="L", search="F")) == ["f0", "f1"]
        assert v1(service, prefix="L", search="_") == []

    def test_gives_100_unless_told_and_never_more_than_1500(self, service: Client) -> None:
        with service.project.lock:
            some = service.project.objects[service.bucket, "Z"]
            for number in range(MOST_V1 + 50):
                name = f"many/{number:04}"
                service.project.objects[service.bucket, name] = replace(some, name=name)
        assert len(v1(service, prefix="many")) == 100
        assert len(v1(service, prefix="many", limit=5000)) == MOST_V1
        assert len(v1(service, prefix="many", limit=5000, offset=MOST_V1)) == 50

    def test_needs_a_prefix(self, service: Client) -> None:
        assert refusal(service.ask("POST", "/object/list/{b}", json={}))[2] == "Error"


class TestSecondVersion:
    def test_lists_everything_in_byte_order_with_whole_names(self, service: Client) -> None:
        assert names(v2(service)["objects"]) == sorted(KEYS)
        assert names(v2(service, prefix="a")["objects"]) == ["a-b", "a/b", "a0"]
        assert names(v2(service, prefix="L/f")["objects"]) == ["L/f0", "L/f1"]

    def test_lists_one_level_with_a_delimiter(self, service: Client) -> None:
        page = v2(service, with_delimiter=True)
        assert (names(page["folders"]), names(page["objects"])) == (["L/", "a/", "l/"], ["Z", "a-b", "a0"])
        page = v2(service, prefix="L/", with_delimiter=True)
        assert (names(page["folders"]), names(page["objects"])) == (["L/sub/"], ["L/f0", "L/f1"])

    @pytest.mark.parametrize("delimiter", [False, True])
    def test_goes_on_with_a_cursor(self, service: Client, delimiter: bool) -> None:
        whole, found = v2(service, with_delimiter=delimiter), list[str]()
        cursor: dict[str, str] = {}
        while True:
            page = v2(service, limit=3, with_delimiter=delimiter, **cursor)
            found += names(page["folders"]) + names(page["objects"])
            if not page["hasNext"]:
                break
            cursor = {"cursor": page["nextCursor"]}
        assert sorted(found) == sorted(names(whole["folders"]) + names(whole["objects"]))

    def test_refuses_a_cursor_that_it_never_gave(self, service: Client) -> None:
        response = service.ask("POST", "/object/list-v2/{b}", json={"cursor": "?"})
        assert refusal(response) == (400, "400", "InvalidParameter", "InvalidParameter")

    def test_tells_size_etag_and_type(self, service: Client) -> None:
        told = v2(service, prefix="Z")["objects"][0]["metadata"]
        assert (told["size"], told["mimetype"], told["eTag"][0]) == (4, "application/octet-stream", '"')

    def test_shows_the_mark_of_an_empty_folder(self, service: Client) -> None:
        service.put("empty/.emptyFolderPlaceholder", b"")
        assert "empty/.emptyFolderPlaceholder" in names(v2(service)["objects"])
