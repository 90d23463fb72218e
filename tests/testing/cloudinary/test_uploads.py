"""The Upload API, quirk by quirk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

import httpx
import pytest

from medialift.testing.cloudinary import CloudinaryServer
from tests.testing.cloudinary.conftest import JPEG, MP4, PNG, Serve, known, post, refused, send


class TestSignatures:
    """https://cloudinary.com/documentation/authentication_signatures"""

    def test_a_changed_parameter_is_found_out(self, server: CloudinaryServer) -> None:
        from cloudinary import utils

        signed = utils.sign_request({"timestamp": utils.now(), "public_id": "a"}, known(server))
        status, said = refused(send(server, "image/upload", {**signed, "public_id": "b"}, JPEG))
        assert (status, said.split(".")[0]) == (401, f"Invalid Signature {signed['signature']}")
        assert f"String to sign - 'public_id=b&timestamp={signed['timestamp']}'" in said

    def test_an_unsigned_parameter_is_found_out(self, server: CloudinaryServer) -> None:
        from cloudinary import utils

        signed = utils.sign_request({"timestamp": utils.now(), "public_id": "a"}, known(server))
        assert refused(send(server, "image/upload", {**signed, "overwrite": "0"}, JPEG))[0] == 401

    @pytest.mark.parametrize(("ago", "status"), [(0, 200), (3500, 200), (3700, 400)])
    def test_one_is_good_for_an_hour(self, server: CloudinaryServer, ago: int, status: int) -> None:
        timestamp = int(datetime.now(timezone.utc).timestamp()) - ago
        answer = post(server, "image/upload", JPEG, public_id="a", timestamp=str(timestamp))
        assert answer.status_code == status
        assert status == 200 or refused(answer)[1].startswith("Stale request - reported time is ")

    def test_another_key_and_another_cloud_are_told(self, server: CloudinaryServer) -> None:
        """https://github.com/cloudinary/cloudinary_npm/issues/288"""
        assert refused(send(server, "image/upload", {"api_key": "1"}, JPEG)) == (401, "Unknown API key 1")
        answer = httpx.post(f"{server.url}/v1_1/dmeo/image/upload", data={})
        assert refused(answer) == (401, "Invalid cloud_name dmeo")


class TestStoring:
    def test_the_answer_tells_what_lies_there(self, server: CloudinaryServer) -> None:
        said = post(server, "image/upload", PNG, public_id="a/b.jpg").json()
        told = {name: said[name] for name in ("public_id", "resource_type", "type", "format", "bytes")}
        assert told == {
            "public_id": "a/b.jpg", "resource_type": "image", "type": "upload", "format": "png", "bytes": len(PNG),
        }  # fmt: skip
        assert len(said["etag"]) == 32

    def test_one_that_is_there_is_replaced_unless_that_is_forbidden(self, server: CloudinaryServer) -> None:
        """https://github.com/cloudinary/cloudinary_wordpress/pull/1182: ``existing``, and no error."""
        post(server, "image/upload", JPEG, public_id="a")
        kept = post(server, "image/upload", PNG, public_id="a", overwrite="0").json()
        replaced = post(server, "image/upload", PNG, public_id="a").json()
        assert (kept["existing"], kept["format"]) == (True, "jpg")
        assert ("existing" in replaced, replaced["format"]) == (False, "png")

    def test_the_three_kinds_and_the_three_types_are_apart(self, server: CloudinaryServer) -> None:
        for kind, body in (("image", JPEG), ("video", MP4), ("raw", b"text")):
            for type in ("upload", "private", "authenticated"):
                post(server, f"{kind}/upload", body, public_id="a", type=type)
        assert len(server.account.assets) == 9

    @pytest.mark.parametrize(
        ("kind", "body", "said"),
        [
            ("image", b"", "Empty file"),
            ("raw", b"", "Empty file"),
            ("image", b"text", "Invalid image file"),
            ("image", MP4, "Invalid image file"),
            ("image", b"PK\x03\x04", "Unsupported ZIP file"),
            ("video", JPEG, "Unsupported video format or file"),
        ],
    )
    def test_what_is_none_is_refused(self, server: CloudinaryServer, kind: str, body: bytes, said: str) -> None:
        """pycloudinary#235, payload-cloudinary-plugin#10, cloudinary_gem#365"""
        assert refused(post(server, f"{kind}/upload", body, public_id="a")) == (400, said)

    def test_the_plans_limit_is_told(self, server: CloudinaryServer) -> None:
        """https://github.com/cloudinary-hackathon/proyect/pull/21"""
        status, said = refused(post(server, "raw/upload", b"x" * 10_485_761, public_id="a"))
        assert (status, said) == (400, "File size too large. Got 10485761. Maximum is 10485760.")

    def test_the_limit_of_one_request_is_told_by_what_stands_before(self, server: CloudinaryServer) -> None:
        """https://github.com/strapi/strapi/issues/16601"""
        headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": "100000001"}
        with httpx.stream(
            "POST", f"{server.url}/v1_1/{server.account.cloud}/raw/upload", headers=headers, content=zeros(100_000_001)
        ) as answer:
            assert answer.status_code == 413
            assert "html" in answer.headers["content-type"]

    @pytest.mark.parametrize(
        ("asked", "became"),
        [("a?b&c#d\\e%f<g>h+i", "a_b_c_d_e_f_g_h_i"), ("été/a b.c", "été/a b.c"), ("a/v1", "a/v1")],
    )
    def test_a_public_id_is_cleaned(self, server: CloudinaryServer, asked: str, became: str) -> None:
        """https://cloudinary.com/documentation/ts_permitted_naming_conventions"""
        assert post(server, "raw/upload", b"x", public_id=asked).json()["public_id"] == became

    @pytest.mark.parametrize("asked", ["a/", "/a", " a", "a ", "v12/a", "a/v1/b", "x" * 256])
    def test_a_public_id_is_refused(self, server: CloudinaryServer, asked: str) -> None:
        assert post(server, "raw/upload", b"x", public_id=asked).status_code == 400

    def test_a_version_is_the_second_of_the_upload(self, serve: Serve) -> None:
        server = serve(clock=lambda: 1731111111.9)
        said = post(server, "raw/upload", b"x", public_id="a", timestamp="1731111000").json()
        assert (said["version"], said["created_at"]) == (1731111111, "2024-11-09T00:11:51Z")

    def test_a_preset_may_change_an_image_on_its_way_in(self, serve: Serve) -> None:
        """https://github.com/cloudinary/cloudinary_wordpress/pull/1252"""
        server = serve(incoming=lambda data: data + b"!")
        assert post(server, "image/upload", JPEG, public_id="a").json()["bytes"] == len(JPEG) + 1
        assert post(server, "raw/upload", JPEG, public_id="a").json()["bytes"] == len(JPEG)


class TestChunks:
    """https://github.com/cloudinary/cloudinary_npm, lib/uploader.js: the last chunk alone tells the size."""

    SIZE = 5_000_000

    def chunk(self, server: CloudinaryServer, start: int, data: bytes, total: int) -> httpx.Response:
        told = {"Content-Range": f"bytes {start}-{start + len(data) - 1}/{total}", "X-Unique-Upload-Id": "u1"}
        return post(server, "raw/upload", data, public_id="a", **told)

    def test_nothing_appears_before_the_last(self, serve: Serve) -> None:
        server = serve(largest={"raw": 10**9})
        first = self.chunk(server, 0, b"a" * self.SIZE, -1)
        assert (first.json()["done"], server.account.assets) == (False, {})
        last = self.chunk(server, self.SIZE, b"b", self.SIZE + 1)
        assert (last.json()["bytes"], len(server.account.assets)) == (self.SIZE + 1, 1)

    def test_one_that_comes_again_is_the_same_one(self, serve: Serve) -> None:
        server = serve(largest={"raw": 10**9})
        for _ in range(2):
            self.chunk(server, 0, b"a" * self.SIZE, -1)
        assert self.chunk(server, self.SIZE, b"b", self.SIZE + 1).json()["bytes"] == self.SIZE + 1

    def test_a_gap_is_not_the_end(self, serve: Serve) -> None:
        server = serve(largest={"raw": 10**9})
        assert self.chunk(server, self.SIZE, b"b", self.SIZE + 1).json()["done"] is False

    def test_small_ones_are_refused_but_for_the_last(self, server: CloudinaryServer) -> None:
        """cloudinary_npm, docs/upload-large-video.md"""
        said = refused(self.chunk(server, 0, b"a" * 1000, -1))
        assert said == (400, "All parts except EOF-chunk must be larger than 5mb")


class TestFinding:
    def test_looking_is_not_counted(self, serve: Serve) -> None:
        """https://cloudinary.com/documentation/update_assets: "not rate-limited\""""
        server = serve(admin_limit=0)
        post(server, "raw/upload", b"x", public_id="a")
        assert post(server, "raw/explicit", public_id="a", type="upload").json()["bytes"] == 1

    def test_what_is_missing_is_told(self, server: CloudinaryServer) -> None:
        """https://github.com/cloudinary/cloudinary_php/issues/280"""
        assert refused(post(server, "raw/explicit", public_id="a")) == (404, "Resource not found - a")
        assert refused(post(server, "raw/explicit")) == (400, "Missing required parameter - public_id")

    def test_destroying_what_is_missing_is_no_error(self, server: CloudinaryServer) -> None:
        """pycloudinary, uploader.py"""
        assert post(server, "raw/destroy", public_id="a").json() == {"result": "not found"}


class TestDownloads:
    """https://cloudinary.com/documentation/control_access_to_media"""

    def fetch(self, server: CloudinaryServer, headers: dict[str, str] | None = None, **more: object) -> httpx.Response:
        from cloudinary import utils

        post(server, "raw/upload", b"0123456789", public_id="a.pdf", type="authenticated")
        told = known(server, resource_type="raw", type="authenticated", **more)
        return httpx.get(utils.private_download_url("a.pdf", "", **told), headers=headers)

    def test_the_original_comes_also_where_the_cdn_withholds_it(self, server: CloudinaryServer) -> None:
        assert self.fetch(server).content == b"0123456789"

    def test_its_end_is_kept(self, server: CloudinaryServer) -> None:
        now = int(datetime.now(timezone.utc).timestamp())
        assert self.fetch(server, expires_at=now + 60).status_code == 200
        assert refused(self.fetch(server, expires_at=now - 60)) == (401, "URL has expired")

    @pytest.mark.parametrize(("honours", "status", "body"), [(True, 206, b"23"), (False, 200, b"0123456789")])
    def test_a_part_may_come_or_the_whole(self, serve: Serve, honours: bool, status: int, body: bytes) -> None:
        """Nobody documents which."""
        answer = self.fetch(serve(honours_ranges=honours), headers={"Range": "bytes=2-3"})
        assert (answer.status_code, answer.content) == (status, body)


def zeros(size: int) -> Iterator[bytes]:
    piece = bytes(1_000_000)
    for _ in range(size // len(piece)):
        yield piece
    yield bytes(size % len(piece))
