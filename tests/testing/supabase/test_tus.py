"""Resumable uploads: supabase.md §8."""

from __future__ import annotations

import base64
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from medialift.testing.supabase import own_folder
from tests.testing.supabase.conftest import Client, refusal

VERSION = {"Tus-Resumable": "1.0.0"}
CHUNK = {"Content-Type": "application/offset+octet-stream"}


def told(**metadata: str) -> str:
    return ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in metadata.items())


def create(client: Client, key: str = "film", length: int | None = 4, **changes: Any) -> httpx.Response:
    metadata = {"bucketName": client.bucket, "objectName": key, **changes.pop("metadata", {})}
    size = {"Upload-Length": str(length)} if length is not None else {"Upload-Defer-Length": "1"}
    headers = {**VERSION, **size, "Upload-Metadata": told(**metadata), **changes.pop("headers", {})}
    return client.ask("POST", "/upload/resumable", headers=headers, **changes)


def path_of(response: httpx.Response) -> str:
    return "/upload/resumable/" + urlsplit(response.headers["location"]).path.rpartition("/")[2]


def send(client: Client, path: str, offset: int, body: bytes, **headers: str) -> httpx.Response:
    return client.ask(
        "PATCH", path, content=body, headers={**VERSION, **CHUNK, "Upload-Offset": str(offset), **headers}
    )


def stands_at(client: Client, path: str) -> int:
    return int(client.as_caller(None).ask("HEAD", path, headers=VERSION).headers["upload-offset"])


class TestUpload:
    def test_appears_with_its_last_byte(self, service: Client) -> None:
        path = path_of(create(service, metadata={"contentType": "video/mp4", "cacheControl": "60"}))
        assert send(service, path, 0, b"mi").headers["upload-offset"] == "2"
        assert service.ask("GET", "/object/{b}/film").status_code == 400
        assert send(service, path, 2, b"au").status_code == 204
        answer = service.ask("GET", "/object/{b}/film")
        assert (answer.content, answer.headers["content-type"]) == (b"miau", "video/mp4")
        assert answer.headers["cache-control"] == "max-age=60"
        assert stands_at(service, path) == 4

    def test_has_an_address_of_https_and_without_the_gateways_path(self, service: Client) -> None:
        response = create(service)
        parts = urlsplit(response.headers["location"])
        assert (response.status_code, parts.scheme) == (201, "https")
        assert parts.path.startswith("/upload/resumable/")
        assert service.ask("GET", path_of(response)).status_code == 404

    def test_takes_no_cache_control_but_seconds(self, service: Client) -> None:
        """Source: supabase/storage, tus/lifecycle.ts."""
        path = path_of(create(service, metadata={"cacheControl": "public, max-age=60"}))
        send(service, path, 0, b"miau")
        assert service.ask("GET", "/object/{b}/film").headers["cache-control"] == "no-cache"

    def test_may_tell_its_length_late(self, service: Client) -> None:
        path = path_of(create(service, length=None))
        assert send(service, path, 0, b"mi").status_code == 204
        assert send(service, path, 2, b"au", **{"Upload-Length": "4"}).status_code == 204
        assert service.ask("GET", "/object/{b}/film").content == b"miau"

    def test_may_begin_with_its_creation(self, service: Client) -> None:
        assert create(service, headers=CHUNK, content=b"miau").headers["upload-offset"] == "4"
        assert service.ask("GET", "/object/{b}/film").content == b"miau"

    def test_has_no_metadata_unless_told(self, service: Client) -> None:
        create(service, headers=CHUNK, content=b"miau")
        assert service.ask("GET", "/object/info/{b}/film").json()["metadata"] is None
        create(service, "two", headers=CHUNK, content=b"miau", metadata={"metadata": '{"a": "b"}'})
        assert service.ask("GET", "/object/info/{b}/two").json()["metadata"] == {"a": "b"}

    def test_keeps_what_came_of_a_request_that_broke(self, service: Client) -> None:
        path, host = path_of(create(service)), urlsplit(service.server.url)
        with socket.create_connection((host.hostname, host.port)) as connection:
            lines = [
                f"PATCH /storage/v1{path} HTTP/1.1", "Host: x", "Content-Length: 4", "Tus-Resumable: 1.0.0",
                "Upload-Offset: 0", "Content-Type: application/offset+octet-stream",
                f"Authorization: {service.headers['Authorization']}",
            ]  # fmt: skip
            connection.sendall("\r\n".join([*lines, "", "mia"]).encode())
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1000)
        assert stands_at(service, path) == 3

    def test_can_be_ended(self, service: Client) -> None:
        path = path_of(create(service))
        assert service.ask("DELETE", path, headers=VERSION).status_code == 204
        assert service.ask("HEAD", path, headers=VERSION).status_code == 404

    def test_replaces_with_x_upsert(self, service: Client) -> None:
        service.put("film", b"old")
        assert create(service).status_code == 409
        path = path_of(create(service, headers={"x-upsert": "true"}))
        assert send(service, path, 0, b"miau").status_code == 204
        assert service.ask("GET", "/object/{b}/film").content == b"miau"

    def test_that_ends_second_is_refused(self, service: Client) -> None:
        first, second = path_of(create(service)), path_of(create(service))
        assert send(service, first, 0, b"1111").status_code == 204
        response = send(service, second, 0, b"2222")
        assert (response.status_code, response.text) == (409, "The resource already exists")


class TestRefusals:
    """In plain text, with the true status."""

    @pytest.mark.parametrize(
        ("key", "length", "metadata", "status", "text"),
        [
            ("é", 4, {}, 400, "Invalid key: é"),
            ("film", 4, {"bucketName": "nope"}, 404, "Bucket not found"),
            ("film", 60 * 1024 * 1024, {}, 413, "Maximum size exceeded\n"),
        ],
    )
    def test_tell_what_is_wrong(
        self, service: Client, key: str, length: int, metadata: dict[str, str], status: int, text: str
    ) -> None:
        response = create(service, key, length, metadata=metadata)
        assert (response.status_code, response.text) == (status, text)
        assert response.headers["content-type"] == "text/plain"

    def test_of_a_type(self, service: Client) -> None:
        service.project.make_bucket(service.bucket, allowed_mime_types=["image/png"])
        response = create(service, metadata={"contentType": "application/pdf"})
        assert (response.status_code, response.text) == (415, "mime type application/pdf is not supported")

    def test_of_a_size_that_was_told_late(self, service: Client) -> None:
        service.project.make_bucket(service.bucket, file_size_limit=3)
        path = path_of(create(service, length=None))
        assert send(service, path, 0, b"miau").status_code == 413

    def test_of_a_wrong_offset(self, service: Client) -> None:
        response = send(service, path_of(create(service)), 1, b"m")
        assert (response.status_code, response.text) == (409, "Upload-Offset conflict\n")

    def test_of_another_protocol(self, service: Client) -> None:
        response = create(service, headers={"Tus-Resumable": "0.2"})
        assert (response.status_code, response.text) == (412, "Tus-Resumable Required")

    def test_of_a_token_are_json_and_400_as_everywhere(self, service: Client) -> None:
        assert refusal(create(service.as_caller("garbage")))[:2] == (400, "403")

    def test_of_policies_are_asked_at_every_request(self, service: Client) -> None:
        subject = "11111111-2222-3333-4444-555555555555"
        service.project.policies.append(own_folder(service.bucket))
        user = service.as_user(subject)
        path = path_of(create(user, f"{subject}/film"))
        response = create(user, "others/film")
        assert (response.status_code, response.text) == (403, "new row violates row-level security policy")
        assert send(service.as_user(), path, 0, b"miau").status_code == 403
        assert send(user, path, 0, b"miau").status_code == 204


def test_a_signed_upload_may_be_resumable_too(service: Client) -> None:
    token = service.ask("POST", "/object/upload/sign/{b}/film").json()["token"]
    anybody = service.as_caller(None)
    headers = {
        **VERSION, **CHUNK, "Upload-Length": "4", "x-signature": token,
        "Upload-Metadata": told(bucketName=service.bucket, objectName="film"),
    }  # fmt: skip
    assert anybody.ask("POST", "/upload/resumable/sign", headers=headers, content=b"miau").status_code == 201
    assert service.ask("GET", "/object/{b}/film").content == b"miau"
    del headers["x-signature"]
    assert anybody.ask("POST", "/upload/resumable/sign", headers=headers).status_code == 400
