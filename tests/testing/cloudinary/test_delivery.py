"""The CDN, quirk by quirk."""

from __future__ import annotations

import httpx
import pytest

from medialift.testing.cloudinary import CloudinaryServer
from tests.testing.cloudinary.conftest import JPEG, MP4, Serve, post


def get(server: CloudinaryServer, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{server.url}/{server.account.cloud}/{path}", headers=headers)


def reason(answer: httpx.Response) -> tuple[int, str]:
    """Why not: in a header, as cloudinary_npm's docs/troubleshoot-errors.md has it."""
    return answer.status_code, answer.headers["x-cld-error"]


@pytest.fixture
def filled(server: CloudinaryServer) -> CloudinaryServer:
    post(server, "image/upload", JPEG, public_id="a/cat.jpg")
    post(server, "image/upload", JPEG, public_id="a/cat.jpg", type="authenticated")
    post(server, "image/upload", JPEG, public_id="a/cat.jpg", type="private")
    post(server, "video/upload", MP4, public_id="film.mp4")
    post(server, "raw/upload", b"text", public_id="docs/a.txt")
    for name in ("a.pdf", "a.ZIP"):
        post(server, "raw/upload", b"text", public_id=name)
    return server


@pytest.mark.parametrize(
    "path",
    ["image/upload/v1/a/cat.jpg.jpg", "image/upload/a/cat.jpg.jpg", "image/upload/v1731111111/a/cat.jpg.jpeg"],
)
def test_an_image_is_delivered_under_its_public_id_and_its_format(filled: CloudinaryServer, path: str) -> None:
    """https://github.com/cloudinary/cloudinary_php/issues/311: files whose public id ends with .jpg are at .jpg.jpg."""
    answer = get(filled, path)
    assert (answer.content, answer.headers["content-type"]) == (JPEG, "image/jpeg")


def test_one_extension_is_taken_for_the_format(filled: CloudinaryServer) -> None:
    """The same report: with one .jpg, the link does not work."""
    assert reason(get(filled, "image/upload/v1/a/cat.jpg")) == (404, "Resource not found - a/cat")


def test_a_file_is_not_found_under_the_version_1(filled: CloudinaryServer) -> None:
    """https://github.com/klis87/django-cloudinary-storage/issues/26"""
    assert get(filled, "raw/upload/docs/a.txt").content == b"text"
    assert get(filled, "raw/upload/v2/docs/a.txt").content == b"text"
    assert reason(get(filled, "raw/upload/v1/docs/a.txt")) == (404, "Resource not found - docs/a.txt")


@pytest.mark.parametrize("name", ["a.pdf", "a.ZIP"])
def test_pdfs_and_archives_are_withheld_from_new_accounts(serve: Serve, filled: CloudinaryServer, name: str) -> None:
    """https://cloudinary.com/documentation/image_delivery_options"""
    assert get(filled, f"raw/upload/{name}").status_code == 401
    allowed = serve(withholds=False)
    post(allowed, "raw/upload", b"text", public_id=name)
    assert get(allowed, f"raw/upload/{name}").content == b"text"


@pytest.mark.parametrize("type", ["authenticated", "private"])
@pytest.mark.parametrize(("signature", "said"), [("", "Signature required"), ("s--AAAAAAAA--/", "Invalid signature")])
def test_what_is_not_for_everybody_needs_its_signature(
    filled: CloudinaryServer, type: str, signature: str, said: str
) -> None:
    """https://cloudinary.com/documentation/delivery_url_signatures"""
    assert reason(get(filled, f"image/{type}/{signature}v1/a/cat.jpg.jpg")) == (401, said)


def test_what_was_made_of_a_private_image_needs_none(filled: CloudinaryServer) -> None:
    """https://cloudinary.com/documentation/control_access_to_media"""
    assert reason(get(filled, "image/private/w_10/v1/a/cat.jpg.jpg"))[1] == "a stand-in transforms nothing"
    assert reason(get(filled, "image/authenticated/w_10/v1/a/cat.jpg.jpg"))[1] == "Signature required"


def test_a_folder_that_reads_as_a_transformation_needs_a_version_before_it(server: CloudinaryServer) -> None:
    """pycloudinary puts v1 there (``force_version``)."""
    post(server, "image/upload", JPEG, public_id="w_100/cat.jpg")
    assert get(server, "image/upload/v1/w_100/cat.jpg.jpg").content == JPEG
    assert get(server, "image/upload/w_100/cat.jpg.jpg").status_code == 404


def test_a_part_comes(filled: CloudinaryServer) -> None:
    answer = get(filled, "raw/upload/docs/a.txt", Range="bytes=1-2")
    assert (answer.status_code, answer.content, answer.headers["content-range"]) == (206, b"ex", "bytes 1-2/4")
    assert get(filled, "raw/upload/docs/a.txt", Range="bytes=9-").status_code == 416
