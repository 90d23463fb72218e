"""Row-level security: the matrix of supabase.md §9, measured on the real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from medialift.testing.supabase import Policy, everybody, own_folder
from medialift.testing.supabase.policies import OPERATIONS
from tests.testing.supabase.conftest import Client, refusal
from tests.testing.supabase.test_tus import create

ME = "aaaaaaaa-2222-3333-4444-555555555555"
OLD, NEW, OTHER = f"{ME}/old", f"{ME}/new", f"{ME}/other"
UPSERT = {"x-upsert": "true"}
LETTERS = {"S": "select", "I": "insert", "U": "update", "D": "delete"}

COLUMNS = ("-", "S", "I", "IS", "IU", "ISU", "SU", "SD", "D", "ISD", "ISUD", "U")
MATRIX = {
    "upload new": "403 403 200 200 200 200 403 403 403 200 200 403",
    "upload exist": "403 403 409 409 409 409 403 403 403 409 409 403",
    "upsert new": "403 403 403 200 403 200 403 403 403 200 200 403",
    "upsert exist": "403 403 403 403 403 200 403 403 403 403 200 403",
    "PUT exist": "403 403 403 403 403 200 403 403 403 403 200 403",
    "GET": "404 200 404 200 404 200 200 200 404 200 200 404",
    "list": "[] 200 [] 200 [] 200 200 200 [] 200 200 []",
    "sign": "404 200 404 200 404 200 200 200 404 200 200 404",
    "sign upl new": "403 403 200 200 200 200 403 403 403 200 200 403",
    "copy": "404 403 404 200 404 200 403 403 404 200 200 404",
    "move": "404 404 404 404 404 200 200 404 404 404 200 404",
    "delete": "403 403 403 403 403 403 403 200 403 200 200 403",
    "batch del": "[] [] [] [] [] [] [] 200 [] 200 200 []",
    "tus new": "403 403 201 201 201 201 403 403 403 201 201 403",
    "tus ups exist": "403 403 403 403 403 201 403 403 403 403 201 403",
}
"""By row an operation, by column the commands that an own-folder policy exists for; ``[]`` is an empty 200."""


def _on(*ends: str) -> dict[str, str]:
    return {"sourceKey": ends[0], "destinationKey": ends[1]}


CALLS: dict[str, Callable[[Client], httpx.Response]] = {
    "upload new": lambda user: user.put(NEW),
    "upload exist": lambda user: user.put(OLD),
    "upsert new": lambda user: user.put(NEW, x_upsert="true"),
    "upsert exist": lambda user: user.put(OLD, x_upsert="true"),
    "PUT exist": lambda user: user.ask("PUT", f"/object/{{b}}/{OLD}", content=b"1"),
    "GET": lambda user: user.ask("GET", f"/object/{{b}}/{OLD}"),
    "list": lambda user: user.ask("POST", "/object/list/{b}", json={"prefix": ME}),
    "sign": lambda user: user.ask("POST", f"/object/sign/{{b}}/{OLD}", json={"expiresIn": 9}),
    "sign upl new": lambda user: user.ask("POST", f"/object/upload/sign/{{b}}/{NEW}"),
    "copy": lambda user: user.ask("POST", "/object/copy", json={"bucketId": user.bucket, **_on(OLD, OTHER)}),
    "move": lambda user: user.ask("POST", "/object/move", json={"bucketId": user.bucket, **_on(OLD, OTHER)}),
    "delete": lambda user: user.ask("DELETE", f"/object/{{b}}/{OLD}"),
    "batch del": lambda user: user.ask("DELETE", "/object/{b}", json={"prefixes": [OLD]}),
    "tus new": lambda user: create(user, NEW),
    "tus ups exist": lambda user: create(user, OLD, headers=UPSERT),
}


def outcome(response: httpx.Response) -> str:
    """The status that is meant, or ``[]``."""
    if response.headers.get("content-type", "").startswith("application/json") and response.status_code == 400:
        return str(response.json()["statusCode"])
    return "[]" if response.content == b"[]" else str(response.status_code)


def commands(letters: str) -> frozenset[str]:
    return frozenset(LETTERS[letter] for letter in letters if letter in LETTERS)


def cells() -> Iterator[tuple[str, str, str]]:
    for operation, row in MATRIX.items():
        yield from ((operation, column, cell) for column, cell in zip(COLUMNS, row.split(), strict=True))


@pytest.mark.parametrize(("operation", "allowed", "expected"), list(cells()))
def test_the_matrix(service: Client, operation: str, allowed: str, expected: str) -> None:
    service.put(OLD)
    service.project.policies.append(own_folder(service.bucket, commands(allowed)))
    assert outcome(CALLS[operation](service.as_user(ME))) == expected


class TestOwnFolder:
    @pytest.fixture
    def user(self, service: Client) -> Client:
        service.project.policies.append(own_folder(service.bucket))
        return service.as_user(ME)

    @pytest.mark.parametrize("key", ["others/x", "root", f"{ME.upper()}/x", f"/{ME}/x"])
    def test_lets_nobody_write_elsewhere(self, user: Client, key: str) -> None:
        assert refusal(user.put(key))[1] == "403"

    def test_hides_what_is_others(self, service: Client, user: Client) -> None:
        service.put("others/x")
        user.put(f"{ME}/x")
        assert refusal(user.ask("GET", "/object/{b}/others/x"))[3] == "NoSuchKey"
        listed = user.ask("POST", "/object/list-v2/{b}", json={}).json()["objects"]
        assert [entry["name"] for entry in listed] == [f"{ME}/x"]

    def test_a_single_deletion_reveals_that_the_object_exists(self, service: Client, user: Client) -> None:
        service.put("others/x")
        assert user.ask("DELETE", "/object/{b}/others/x").json()["message"] == "Access denied"
        assert refusal(user.ask("DELETE", "/object/{b}/others/y"))[1] == "404"

    def test_a_subject_that_is_no_uuid_breaks_every_bucket(self, service: Client, user: Client) -> None:
        other = service.project.make_bucket(f"{service.bucket}-2").id
        service.ask("POST", f"/object/{other}/x", content=b"1")
        response = service.as_user("auth0|42").ask("GET", f"/object/{other}/x")
        assert refusal(response) == (400, "400", "InvalidParameter", "InvalidParameter")
        assert response.json()["message"] == 'invalid input syntax for type uuid: "auth0|42"'


class TestEverybody:
    def test_includes_the_anon_key_and_lets_it_list(self, service: Client) -> None:
        service.put("a")
        service.project.policies.append(everybody(service.bucket))
        anybody = service.as_caller(service.project.anon_key)
        assert anybody.ask("GET", "/object/{b}/a").content == b"miau"
        assert len(anybody.ask("POST", "/object/list/{b}", json={"prefix": ""}).json()) == 1
        assert service.as_caller(None).ask("GET", "/object/{b}/a").json()["error"] == "Bucket not found"

    def test_sees_no_bucket_although_its_objects_are_readable(self, service: Client) -> None:
        service.project.policies.append(everybody(service.bucket))
        user = service.as_user()
        assert user.ask("GET", "/bucket").json() == []
        assert refusal(user.ask("GET", "/bucket/{b}"))[2] == "Bucket not found"

    def test_policies_are_joined_by_or(self, service: Client) -> None:
        service.put("others/x")
        service.project.policies += [own_folder(service.bucket), everybody(service.bucket)]
        assert service.as_user(ME).ask("GET", "/object/{b}/others/x").status_code == 200


def test_the_service_goes_round_every_policy(service: Client) -> None:
    service.project.policies.append(Policy(OPERATIONS, lambda *_: False))
    assert service.put("a").status_code == 200
