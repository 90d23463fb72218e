"""Signed URLs: supabase.md §6."""

from __future__ import annotations

import time
from typing import Any

import pytest

from medialift.testing.supabase.tokens import sign, verified
from tests.testing.supabase.conftest import Client, refusal
from tests.testing.supabase.test_errors import DUPLICATE, NOT_FOUND


def signed(client: Client, path: str, **body: Any) -> str:
    response = client.ask("POST", f"/object/sign/{{b}}/{path}", json={"expiresIn": 60, **body})
    return str(response.json()["signedURL"])


def token_of(url: str) -> str:
    return url.partition("?token=")[2]


class TestDownloads:
    def test_are_relative_not_quoted_and_name_the_object_in_the_token(self, service: Client) -> None:
        service.put("a b/one.txt")
        url = signed(service, "a%20b/one.txt")
        assert url.startswith(f"/object/sign/{service.bucket}/a b/one.txt?token=")
        claims = verified(token_of(url), service.project.jwt_secret)
        assert (claims["url"], claims["scope"]) == (f"{service.bucket}/a b/one.txt", "download")
        assert claims["exp"] - claims["iat"] == 60

    def test_need_no_key_and_tell_when_they_expire(self, service: Client) -> None:
        service.put("a")
        response = service.as_caller(None).ask("GET", signed(service, "a"))
        assert response.content == b"miau"
        assert "expires" in response.headers

    def test_of_a_key_with_a_question_mark_never_work(self, service: Client) -> None:
        service.put("q?.txt")
        response = service.ask("GET", signed(service, "q%3F.txt").replace("q?", "q%3F"))
        assert refusal(response) == (400, "400", "InvalidSignature", "InvalidSignature")

    def test_name_the_path_as_it_was_sent(self, service: Client) -> None:
        """A client that quotes more than it has to gets a URL that does not work; the batch form takes keys."""
        service.put("a=b.txt")
        assert service.ask("GET", signed(service, "a=b.txt")).status_code == 200
        assert service.ask("GET", signed(service, "a%3Db.txt")).status_code == 400
        batch = service.ask("POST", "/object/sign/{b}", json={"expiresIn": 9, "paths": ["a=b.txt"]}).json()
        assert service.ask("GET", batch[0]["signedURL"]).status_code == 200

    def test_serve_what_the_key_holds_now(self, service: Client) -> None:
        service.put("a")
        url = signed(service, "a")
        service.put("a", b"new", x_upsert="true")
        assert service.ask("GET", url).content == b"new"

    @pytest.mark.parametrize(("seconds", "good"), [(1, True), ("60", True), (10**12, True), (0, False), ("x", False)])
    def test_live_for_any_time_from_a_second_on(self, service: Client, seconds: object, good: bool) -> None:
        service.put("a")
        response = service.ask("POST", "/object/sign/{b}/a", json={"expiresIn": seconds})
        assert (response.status_code == 200) is good

    def test_are_made_only_of_what_is_there(self, service: Client) -> None:
        assert refusal(service.ask("POST", "/object/sign/{b}/missing", json={"expiresIn": 9})) == NOT_FOUND

    def test_in_batches_tell_of_each_path(self, service: Client) -> None:
        service.put("a")
        said = service.ask("POST", "/object/sign/{b}", json={"expiresIn": 9, "paths": ["a", "nope"]}).json()
        assert [(entry["path"], entry["error"] is None, entry["signedURL"] is None) for entry in said] == [
            ("a", True, False),
            ("nope", False, True),
        ]
        many = {"expiresIn": 9, "paths": ["a"] * 1001}
        assert service.ask("POST", "/object/sign/{b}", json=many).status_code == 400

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"exp": 1}, '"exp" claim timestamp check failed'),
            ({"url": "another/object"}, "Invalid signature"),
            ({"scope": "upload"}, "Token is not scoped for download"),
        ],
    )
    def test_with_another_token_are_refused(self, service: Client, change: dict[str, Any], message: str) -> None:
        service.put("a")
        good = {"url": f"{service.bucket}/a", "scope": "download", "iat": 1, "exp": int(time.time()) + 60}
        secret = service.project.jwt_secret
        assert service.ask("GET", f"/object/sign/{{b}}/a?token={sign(good, secret)}").status_code == 200
        response = service.ask("GET", f"/object/sign/{{b}}/a?token={sign({**good, **change}, secret)}")
        assert (response.status_code, response.json()["message"]) == (400, message)

    def test_with_no_or_a_broken_token_are_refused(self, service: Client) -> None:
        service.put("a")
        assert "token" in service.ask("GET", "/object/sign/{b}/a").json()["message"]
        assert refusal(service.ask("GET", "/object/sign/{b}/a?token=x"))[3] == "InvalidJWT"
        tampered = signed(service, "a")[:-4] + "AAAA"
        assert service.ask("GET", tampered).json()["message"] == "signature verification failed"


class TestUploads:
    def test_put_one_object_as_often_as_one_likes_if_they_may_replace(self, service: Client) -> None:
        said = service.ask("POST", "/object/upload/sign/{b}/su", headers={"x-upsert": "true"}).json()
        anybody = service.as_caller(None)
        for body in (b"1", b"2"):
            assert anybody.ask("PUT", said["url"], content=body).json() == {"Key": f"{service.bucket}/su"}
        assert service.ask("GET", "/object/{b}/su").content == b"2"

    def test_decide_on_replacing_when_they_are_signed(self, service: Client) -> None:
        said = service.ask("POST", "/object/upload/sign/{b}/su").json()
        assert service.as_caller(None).ask("PUT", said["url"], content=b"1").status_code == 200
        again = service.as_caller(None).ask("PUT", said["url"], content=b"2", headers={"x-upsert": "true"})
        assert refusal(again) == DUPLICATE
        assert refusal(service.ask("POST", "/object/upload/sign/{b}/su")) == DUPLICATE

    def test_live_two_hours(self, service: Client) -> None:
        token = service.ask("POST", "/object/upload/sign/{b}/su").json()["token"]
        claims = verified(token, service.project.jwt_secret)
        assert claims["exp"] - claims["iat"] == 7200

    def test_notice_a_bad_key_late(self, service: Client) -> None:
        said = service.ask("POST", "/object/upload/sign/{b}/%C3%A9")
        assert said.status_code == 200
        assert refusal(service.ask("PUT", said.json()["url"], content=b"1"))[3] == "InvalidKey"

    def test_are_no_downloads(self, service: Client) -> None:
        service.put("a")
        token = service.ask("POST", "/object/upload/sign/{b}/a", headers={"x-upsert": "true"}).json()["token"]
        response = service.ask("GET", f"/object/sign/{{b}}/a?token={token}")
        assert response.json()["message"] == "Token is not scoped for download"
        response = service.ask(
            "PUT", f"/object/upload/sign/{{b}}/a?token={token_of(signed(service, 'a'))}", content=b"1"
        )
        assert response.json()["message"] == "Token is not scoped for upload"


class TestImages:
    """providers.md §8; there is no image service behind: supabase.md §1, last row."""

    def test_carry_their_wishes_in_the_token(self, service: Client) -> None:
        service.put("a.png")
        url = signed(service, "a.png", transform={"width": 100, "resize": "fill"})
        assert url.startswith("/render/image/sign/")
        claims = verified(token_of(url), service.project.jwt_secret)
        assert claims["transformations"] == "width:100,resize:fill"

    def test_are_found_and_not_rendered(self, service: Client) -> None:
        service.put("a.png")
        response = service.ask("GET", signed(service, "a.png", transform={"width": 100}))
        assert (response.status_code, response.json()["message"]) == (500, "fetch failed")
        assert refusal(service.ask("GET", "/render/image/authenticated/{b}/missing")) == NOT_FOUND
