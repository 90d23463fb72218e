"""Cloudinary's own package works with the stand-in as it does with the service."""

from __future__ import annotations

import io
import urllib.request
from collections.abc import Iterator

import cloudinary.api
import cloudinary.uploader
import pytest
from cloudinary import exceptions, utils

from medialift.testing.cloudinary import CloudinaryServer
from tests.servers.hours import wait_for_a_whole_test
from tests.testing.cloudinary.conftest import JPEG, MP4, Serve, known


@pytest.fixture(autouse=True)
def _hang_up() -> Iterator[None]:
    """The package keeps its connections in the process."""
    yield
    for pools in (cloudinary.uploader._http, cloudinary.api.call_api.__globals__["_http"]):
        pools.clear()


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
@pytest.mark.parametrize("type", ["upload", "private", "authenticated"])
def test_what_it_uploads_it_finds_downloads_and_destroys(serve: Serve, algorithm: str, type: str) -> None:
    server = serve(algorithm=algorithm)
    told = known(server, type=type, signature_algorithm=algorithm)
    said = cloudinary.uploader.upload(io.BytesIO(JPEG), public_id="a b/cat.jpg", **told)
    assert (said["public_id"], said["format"], said["bytes"]) == ("a b/cat.jpg", "jpg", len(JPEG))
    assert cloudinary.uploader.explicit("a b/cat.jpg", **told)["etag"] == said["etag"]
    with urllib.request.urlopen(utils.private_download_url("a b/cat.jpg", "", **told)) as answer:
        assert answer.read() == JPEG
    assert cloudinary.uploader.destroy("a b/cat.jpg", **told)["result"] == "ok"
    assert cloudinary.uploader.destroy("a b/cat.jpg", **told)["result"] == "not found"


def test_its_large_uploads_arrive(serve: Serve) -> None:
    server = serve(largest={"video": 10**9})
    body = MP4 + b"x" * 11_000_000
    said = cloudinary.uploader.upload_large(
        io.BytesIO(body), public_id="film", resource_type="video", chunk_size=5_300_000, **known(server)
    )
    assert (said["bytes"], said["resource_type"]) == (len(body), "video")
    (upload,) = server.account.uploads.values()
    assert len(upload.pieces) == 3


def test_its_listing_goes_page_by_page_and_counts(server: CloudinaryServer) -> None:
    for name in "bac":
        cloudinary.uploader.upload(io.BytesIO(JPEG), public_id=f"f/{name}", **known(server))
    first = cloudinary.api.resources(type="upload", prefix="f/", max_results=2, **known(server))
    rest = cloudinary.api.resources(
        type="upload", prefix="f/", max_results=2, next_cursor=first["next_cursor"], **known(server)
    )
    assert [entry["public_id"] for entry in first["resources"] + rest["resources"]] == ["f/a", "f/b", "f/c"]
    assert "next_cursor" not in rest
    assert (first.rate_limit_allowed, first.rate_limit_remaining, rest.rate_limit_remaining) == (500, 499, 498)
    assert first.rate_limit_reset_at is not None


def test_it_deletes_many(server: CloudinaryServer) -> None:
    cloudinary.uploader.upload(io.BytesIO(JPEG), public_id="a", **known(server))
    said = cloudinary.api.delete_resources(["a", "b"], **known(server))
    assert said["deleted"] == {"a": "deleted", "b": "not_found"}


def test_it_raises_what_it_raises_at_the_service(serve: Serve) -> None:
    wait_for_a_whole_test()
    server = serve(admin_limit=1)
    cloudinary.api.ping(**known(server))
    with pytest.raises(exceptions.RateLimited, match="Limit of 1 api operations reached"):
        cloudinary.api.ping(**known(server))
    with pytest.raises(exceptions.NotFound, match="Resource not found - x"):
        cloudinary.uploader.explicit("x", type="upload", **known(server))
    with pytest.raises(exceptions.AuthorizationRequired, match="Invalid Signature"):
        cloudinary.uploader.explicit("x", type="upload", **{**known(server), "api_secret": "another"})
    with pytest.raises(exceptions.BadRequest, match="Empty file"):
        cloudinary.uploader.upload(io.BytesIO(b""), public_id="x", resource_type="raw", **known(server))


def test_its_addresses_lead_to_the_original(serve: Serve) -> None:
    server = serve(cloud="demo")
    for type, signs in (("upload", False), ("private", True), ("authenticated", True)):
        cloudinary.uploader.upload(io.BytesIO(JPEG), public_id="a b/cat", type=type, **known(server))
        address, _ = utils.cloudinary_url(
            "a b/cat", format="jpg", type=type, sign_url=signs, secure=True, secure_distribution=server.host,
            private_cdn=True, **known(server),
        )  # fmt: skip
        with urllib.request.urlopen(address.replace("https:", "http:")) as answer:
            assert answer.read() == JPEG


def test_its_own_configuration_reads_the_servers_line(server: CloudinaryServer) -> None:
    config = cloudinary.Config()
    config._load_from_url(server.cloudinary_url)
    account = server.account
    assert (config.cloud_name, config.api_key, config.api_secret) == (account.cloud, account.key, account.secret)
    assert config.upload_prefix == server.url


def test_its_listing_by_tag_finds_what_carries_it(server: CloudinaryServer) -> None:
    cloudinary.uploader.upload(io.BytesIO(b"text"), public_id="a", resource_type="raw", tags="one,two", **known(server))
    cloudinary.uploader.upload(io.BytesIO(b"text"), public_id="b", resource_type="raw", **known(server))
    said = cloudinary.api.resources_by_tag("two", resource_type="raw", **known(server))
    assert [entry["public_id"] for entry in said["resources"]] == ["a"]
    assert cloudinary.api.resources_by_tag("three", resource_type="raw", **known(server))["resources"] == []


def test_it_renames(server: CloudinaryServer) -> None:
    first = cloudinary.uploader.upload(io.BytesIO(JPEG), public_id="a/cat.jpg", **known(server))
    cloudinary.uploader.upload(io.BytesIO(JPEG), public_id="b/dog.jpg", **known(server))
    made = cloudinary.uploader.rename("a/cat.jpg", "c/cat.jpg", **known(server))
    assert (made["public_id"], made["asset_id"], made["etag"]) == ("c/cat.jpg", first["asset_id"], first["etag"])
    with pytest.raises(exceptions.Error, match="already exists"):
        cloudinary.uploader.rename("c/cat.jpg", "b/dog.jpg", **known(server))
    with pytest.raises(exceptions.NotFound):
        cloudinary.uploader.rename("a/cat.jpg", "d.jpg", **known(server))
    assert cloudinary.uploader.rename("c/cat.jpg", "b/dog.jpg", overwrite=True, **known(server))["bytes"] == len(JPEG)
