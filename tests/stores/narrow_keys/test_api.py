"""The answers that an account's API can give, and the address that it may have."""

from __future__ import annotations

import pytest

from medialift.errors import (
    AccessDeniedError,
    ConfigError,
    CredentialsError,
    StoreError,
    ThrottledError,
    UnavailableError,
    UnsupportedError,
)
from medialift.providers import load_provider
from medialift.stores.narrow_keys import KeyWish, open_key_service
from medialift.stores.narrow_keys.api import Api, address
from medialift.testing.key_services import CloudflareServer
from medialift.testing.wire import Response, StandIn
from tests.servers.process import free_port


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, StoreError),
        (400, UnsupportedError),
        (401, CredentialsError),
        (403, AccessDeniedError),
        (429, ThrottledError),
        (500, UnavailableError),
        (503, UnavailableError),
    ],
)
def test_a_refusal_is_told_by_its_status_and_in_its_own_words(status: int, kind: type[StoreError]) -> None:
    body = {"errors": [{"code": 9109, "message": "No."}]}
    with StandIn(0, lambda request: Response.of_json(body, status)) as server, pytest.raises(kind) as caught:
        Api(server.url, "R2").get("/tokens", {"Authorization": "Bearer hidden"})
    assert f"{status}: 9109 No." in caught.value.reason
    assert "hidden" not in str(caught.value.as_dict())


def test_a_secret_follows_no_redirect() -> None:
    reached: list[str] = []

    def elsewhere(request: object) -> Response:
        reached.append("reached")
        return Response.of_json({})

    with StandIn(0, elsewhere) as there:
        moved = Response(301, {"Location": f"{there.url}/x"})
        with StandIn(0, lambda request: moved) as here, pytest.raises(StoreError, match="301"):
            Api(here.url, "R2").get("/tokens", {"Authorization": "Bearer hidden"})
    assert reached == []


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]"])
def test_an_answer_that_is_none_can_be_tried_again(body: bytes) -> None:
    with StandIn(0, lambda request: Response(200, {}, body)) as server, pytest.raises(UnavailableError):
        Api(server.url, "R2").get("/", {})


def test_nobody_there_is_told() -> None:
    with pytest.raises(UnavailableError, match="no answer"):
        Api(f"http://127.0.0.1:{free_port()}", "R2").post("/", {}, {})


def test_a_refusal_with_a_good_status_is_one() -> None:
    body = {"success": False, "errors": [{"code": 1, "message": "Not today"}], "result": None}
    service = {"CLOUDFLARE_API_TOKEN": "admin"}
    with StandIn(0, lambda request: Response.of_json(body)) as server:
        cloudflare = open_key_service(load_provider("r2"), "acc", {**service, "CLOUDFLARE_BASE_URL": server.url})
        with pytest.raises(StoreError, match="Not today"):
            cloudflare.live(KeyWish("a", ("b",), "c"))


def test_a_group_that_the_account_does_not_have_is_named() -> None:
    with CloudflareServer() as server:
        environ = {"CLOUDFLARE_API_TOKEN": server.account.admin, "CLOUDFLARE_BASE_URL": server.url}
        cloudflare = open_key_service(load_provider("r2"), server.account.id, environ)
        with pytest.raises(UnsupportedError, match="no permission group 'Fly'"):
            cloudflare.make(KeyWish("a", ("Fly",), "pics", "com.cloudflare.edge.r2.bucket.x"))


@pytest.mark.parametrize("other", ["", "production", "staging"])
def test_the_usual_address_is_taken_unless_a_url_is_named(other: str) -> None:
    assert address("https://api.example.com", other, "X") == "https://api.example.com"


def test_another_address_is_never_one_in_the_clear() -> None:
    assert address("https://a", "https://b.example/v4/", "X") == "https://b.example/v4"
    assert address("https://a", "http://127.0.0.1:1", "X") == "http://127.0.0.1:1"
    with pytest.raises(ConfigError, match="X is http"):
        address("https://a", "http://b.example", "X")


def test_a_service_without_such_an_api_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="MinIO"):
        open_key_service(load_provider("minio"), "", {})
