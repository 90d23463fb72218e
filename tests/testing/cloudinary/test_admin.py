"""The Admin API: everything is counted."""

from __future__ import annotations

import httpx
import pytest

from medialift.testing.cloudinary import CloudinaryServer
from tests.testing.cloudinary.conftest import Serve, admin, post, refused

LIST = "resources/raw/upload"


def fill(server: CloudinaryServer, count: int) -> None:
    for number in range(count):
        post(server, "raw/upload", b"x", public_id=f"f/{number:02}.txt")


class TestListing:
    """https://cloudinary.com/documentation/admin_api_resources_get_resources"""

    def test_ten_come_unless_more_are_asked_for(self, server: CloudinaryServer) -> None:
        fill(server, 12)
        assert len(admin(server, LIST).json()["resources"]) == 10
        assert len(admin(server, LIST, max_results=500).json()["resources"]) == 12

    def test_they_come_by_public_id_below_the_prefix(self, server: CloudinaryServer) -> None:
        for name in ("f/b", "f/a", "g/a", "f"):
            post(server, "raw/upload", b"x", public_id=name)
        found = admin(server, LIST, prefix="f/").json()["resources"]
        assert [entry["public_id"] for entry in found] == ["f/a", "f/b"]

    def test_no_etag_is_told(self, server: CloudinaryServer) -> None:
        """https://github.com/rclone/rclone, backend/cloudinary: its listing has no MD5, its search has one."""
        fill(server, 1)
        (entry,) = admin(server, LIST).json()["resources"]
        assert ("etag" in entry, entry["bytes"]) == (False, 1)

    def test_what_was_deleted_leaves_a_placeholder_where_backups_are_kept(self, serve: Serve) -> None:
        server = serve(keeps_backups=True)
        fill(server, 1)
        post(server, "raw/destroy", public_id="f/00.txt")
        (entry,) = admin(server, LIST).json()["resources"]
        assert (entry["placeholder"], entry["bytes"]) == (True, 0)


class TestDeleting:
    def test_a_hundred_at_most(self, server: CloudinaryServer) -> None:
        ids = [f"f/{number}" for number in range(101)]
        assert admin(server, LIST, "DELETE", **{"public_ids[]": ids}).status_code == 400
        said = admin(server, LIST, "DELETE", **{"public_ids[]": ids[1:]}).json()
        assert set(said["deleted"].values()) == {"not_found"}


class TestCounting:
    """https://github.com/yoelpc4/laravel-cloudinary/issues/11"""

    def test_each_answer_tells_what_is_left(self, server: CloudinaryServer) -> None:
        headers = admin(server, "ping").headers
        assert (headers["x-featureratelimit-limit"], headers["x-featureratelimit-remaining"]) == ("500", "499")
        assert headers["x-featureratelimit-reset"].endswith(":00:00 GMT")

    def test_one_too_many_is_told_with_the_time(self, serve: Serve) -> None:
        server = serve(admin_limit=1, clock=lambda: 1731111111.0)
        admin(server, "ping")
        assert refused(admin(server, LIST)) == (
            420, "Rate Limit Exceeded. Limit of 1 api operations reached. Try again on 2024-11-09 01:00:00 UTC",
        )  # fmt: skip

    def test_the_next_hour_begins_anew(self, serve: Serve) -> None:
        times = [1731111111.0]
        server = serve(admin_limit=1, clock=lambda: times[0])
        admin(server, "ping")
        assert admin(server, "ping").status_code == 420
        times[0] += 3600
        assert admin(server, "ping").status_code == 200


@pytest.mark.parametrize(
    ("auth", "said"),
    [(("1", "2"), "Unknown API key 1"), (None, "Unknown API key "), ("own key", "api_secret mismatch")],
)
def test_who_may_not_ask_is_told(server: CloudinaryServer, auth: object, said: str) -> None:
    told = (server.account.key, "another") if auth == "own key" else auth
    answer = httpx.get(f"{server.url}/v1_1/{server.account.cloud}/ping", auth=told)  # type: ignore[arg-type]
    assert refused(answer) == (401, said)


def test_the_plans_limits_are_told(server: CloudinaryServer) -> None:
    assert admin(server, "usage").json()["media_limits"]["image_max_size_bytes"] == 10 * 1024 * 1024


def test_what_nobody_knows_is_not_found(server: CloudinaryServer) -> None:
    assert refused(admin(server, "resources/song/upload"))[0] == 404
