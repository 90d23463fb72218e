"""The error envelope: supabase.md §1."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from medialift.testing.supabase.tokens import sign
from tests.testing.supabase.conftest import Client, refusal

NOT_FOUND = (400, "404", "not_found", "NoSuchKey")
NO_BUCKET = (400, "404", "Bucket not found", "NoSuchBucket")
DUPLICATE = (400, "409", "Duplicate", "KeyAlreadyExists")
FORBIDDEN = (400, "403", "Unauthorized", "AccessDenied")


def test_the_true_status_is_a_text_in_the_body_and_http_says_400(service: Client) -> None:
    response = service.ask("GET", "/object/{b}/missing")
    assert refusal(response) == NOT_FOUND
    assert response.json() == {
        "statusCode": "404", "error": "not_found", "message": "Object not found", "code": "NoSuchKey",
    }  # fmt: skip


def test_head_of_a_missing_object_is_400_without_a_body_like_every_other_refusal(service: Client) -> None:
    missing = service.ask("HEAD", "/object/{b}/missing")
    assert (missing.status_code, missing.content) == (400, b"")
    assert missing.headers["content-length"] != "0"
    assert service.as_caller("garbage").ask("HEAD", "/object/{b}/missing").status_code == 400


class TestBuckets:
    def test_missing_is_told_for_objects_and_uploads(self, service: Client) -> None:
        assert refusal(service.ask("GET", "/object/nope/x")) == NO_BUCKET
        assert refusal(service.ask("POST", "/object/nope/x", content=b"1")) == NO_BUCKET
        assert refusal(service.ask("GET", "/bucket/nope")) == NO_BUCKET

    def test_a_private_one_through_the_public_path_is_not_found(self, service: Client) -> None:
        service.put("a")
        assert refusal(service.as_caller(None).ask("GET", "/object/public/{b}/a")) == NO_BUCKET

    @pytest.mark.parametrize("token", [None, "garbage"])
    def test_a_private_one_without_a_good_token_is_not_found_by_the_bare_path(
        self, service: Client, token: str | None
    ) -> None:
        service.put("a")
        assert refusal(service.as_caller(token).ask("GET", "/object/{b}/a")) == NO_BUCKET

    def test_missing_is_listed_as_empty(self, service: Client) -> None:
        assert service.ask("POST", "/object/list/nope", json={"prefix": ""}).json() == []
        listed = service.ask("POST", "/object/list-v2/nope", json={"prefix": ""})
        assert (listed.status_code, listed.json()) == (200, {"hasNext": False, "folders": [], "objects": []})
        assert service.ask("DELETE", "/object/nope", json={"prefixes": ["a"]}).json() == []
        assert service.ask("POST", "/object/sign/nope", json={"expiresIn": 9, "paths": ["a"]}).json()[0]["error"]

    def test_signing_or_deleting_one_object_of_a_missing_one_speaks_of_the_object(self, service: Client) -> None:
        assert refusal(service.ask("POST", "/object/sign/nope/a", json={"expiresIn": 9})) == NOT_FOUND
        assert refusal(service.ask("DELETE", "/object/nope/a")) == NOT_FOUND

    def test_signing_an_upload_into_a_missing_one_speaks_of_a_relation(self, service: Client) -> None:
        response = service.ask("POST", "/object/upload/sign/nope/a")
        assert refusal(response) == (400, "404", "InvalidRequest", "InvalidRequest")
        assert response.json()["message"] == "The related resource does not exist"

    def test_made_twice_is_a_duplicate_of_its_own_code(self, service: Client) -> None:
        response = service.ask("POST", "/bucket", json={"name": service.bucket})
        assert refusal(response) == (400, "409", "Duplicate", "BucketAlreadyExists")

    def test_a_full_one_is_not_deleted(self, service: Client) -> None:
        service.put("a")
        assert refusal(service.ask("DELETE", "/bucket/{b}"))[1:3] == ("409", "ResourceNotEmpty")

    def test_emptying_is_refused_with_the_true_http_status(self, service: Client) -> None:
        assert service.as_user().ask("POST", "/bucket/{b}/empty").status_code == 403
        assert service.ask("POST", "/bucket/{b}/empty").json()["message"].startswith("Empty bucket has been queued")

    @pytest.mark.parametrize("name", ["é", "a/b", " a", "x" * 101, "a%b"])
    def test_a_name_outside_the_rules_is_refused(self, service: Client, name: str) -> None:
        response = service.ask("POST", "/bucket", json={"name": name})
        assert refusal(response) == (400, "400", "Invalid Input", "InvalidBucketName")


class TestTokens:
    def test_without_one_the_status_is_400_and_not_401(self, service: Client) -> None:
        response = service.as_caller(None).ask("POST", "/object/{b}/a", content=b"1")
        assert refusal(response) == (400, "400", "Error", "InvalidRequest")
        assert "authorization" in response.json()["message"]

    def test_a_legacy_key_in_the_apikey_header_alone_does_not_help(self, service: Client) -> None:
        headers = {"apikey": service.project.service_key}
        response = service.as_caller(None).ask("POST", "/object/{b}/a", content=b"1", headers=headers)
        assert refusal(response)[1:3] == ("400", "Error")

    @pytest.mark.parametrize("authorization", ["", "Basic eDp5", "Bearer garbage", "Bearer a.b.c"])
    def test_garbage_is_no_token(self, service: Client, authorization: str) -> None:
        response = service.ask("DELETE", "/object/{b}/a", headers={"Authorization": authorization})
        assert refusal(response) == FORBIDDEN
        assert response.json()["message"] == "Invalid Compact JWS"

    @pytest.mark.parametrize(
        ("claims", "message"),
        [
            ({"role": "service_role", "exp": 1}, '"exp" claim timestamp check failed'),
            ({"role": "service_role", "nbf": 2**40}, '"nbf" claim timestamp check failed'),
            ({"role": "postgres"}, 'permission denied to set role "postgres"'),
        ],
    )
    def test_what_is_wrong_with_one_stands_in_the_message_only(
        self, service: Client, claims: dict[str, Any], message: str
    ) -> None:
        token = sign(claims, service.project.jwt_secret)
        response = service.as_caller(token).ask("DELETE", "/object/{b}/a")
        assert refusal(response) == FORBIDDEN
        assert response.json()["message"] == message

    def test_another_secret_or_algorithm_is_refused(self, service: Client) -> None:
        wrong = service.as_caller(sign({"role": "service_role"}, "another")).ask("DELETE", "/object/{b}/a")
        assert wrong.json()["message"] == "signature verification failed"
        none = "eyJhbGciOiJub25lIn0.eyJyb2xlIjoic2VydmljZV9yb2xlIn0."
        assert "alg" in service.as_caller(none).ask("DELETE", "/object/{b}/a").json()["message"]

    def test_an_unknown_role_is_a_database_error_with_its_true_status(self, service: Client) -> None:
        token = sign({"role": "wizard"}, service.project.jwt_secret)
        response = service.as_caller(token).ask("DELETE", "/object/{b}/a")
        assert refusal(response) == (500, "500", "DatabaseError", "DatabaseError")

    def test_without_a_role_it_is_anybodys(self, service: Client) -> None:
        service.put("a")
        token = sign({"sub": "x"}, service.project.jwt_secret)
        assert refusal(service.as_caller(token).ask("GET", "/object/{b}/a")) == NOT_FOUND


class TestNewerKeys:
    """The gateway of a hosted project, by the documentation of API keys (providers.md §5.1)."""

    def test_a_secret_key_goes_into_the_apikey_header(self, service: Client) -> None:
        response = service.as_caller(None).ask(
            "POST", "/object/{b}/a", content=b"1", headers={"apikey": service.project.secret_key}
        )
        assert response.status_code == 200

    def test_it_is_no_bearer_token(self, service: Client) -> None:
        response = service.as_caller(service.project.secret_key).ask("DELETE", "/object/{b}/a")
        assert response.json()["message"] == "Invalid Compact JWS"

    def test_it_is_refused_to_browsers(self, service: Client) -> None:
        headers = {"apikey": service.project.secret_key, "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}
        assert service.as_caller(None).ask("DELETE", "/object/{b}/a", headers=headers).status_code == 401

    def test_an_unknown_one_is_refused(self, service: Client) -> None:
        headers = {"apikey": "sb_secret_of_somebody_else"}
        assert service.as_caller(None).ask("DELETE", "/object/{b}/a", headers=headers).status_code == 401

    def test_a_publishable_key_is_anybodys(self, service: Client) -> None:
        headers = {"apikey": service.project.publishable_key}
        response = service.as_caller(None).ask("POST", "/object/{b}/a", content=b"1", headers=headers)
        assert refusal(response) == FORBIDDEN


class TestRequestsThatMakeNoSense:
    def test_an_unknown_route_has_its_true_status(self, service: Client) -> None:
        response = service.ask("POST", "/object/{b}")
        assert refusal(response) == (404, "404", "Not Found", "InvalidRequest")

    def test_bad_percent_encoding_gets_an_integer_and_a_code_of_another_family(self, service: Client) -> None:
        with httpx.Client() as http:
            url = httpx.URL(service.server.storage_url + "/")
            raw = url.copy_with(raw_path=f"/storage/v1/object/{service.bucket}/%zz.txt".encode())
            response = http.get(raw, headers=dict(service.headers))
        assert refusal(response) == (400, 400, "Bad Request", "FST_ERR_BAD_URL")

    def test_json_without_a_body_is_refused_even_to_delete(self, service: Client) -> None:
        response = service.ask("DELETE", "/object/{b}", headers={"Content-Type": "application/json"})
        assert refusal(response)[2] == "FastifyError"

    def test_a_body_against_the_schema_is_refused(self, service: Client) -> None:
        service.put("a")
        response = service.ask("POST", "/object/sign/{b}/a", json={"expiresIn": 0})
        assert response.json()["message"] == "body/expiresIn must be >= 1"
