"""Redirects to a bucket that checks signatures, and hand-overs to real nginx and Apache."""

from __future__ import annotations

import os
import re
import stat
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from django.test import Client, RequestFactory

from medialift.bridge.opened import store_of
from medialift.downloads import Apache, Nginx, Served
from medialift.storage import MediaStorage
from tests.desk.storages import stored
from tests.docs.blocks import ROOT
from tests.downloads.test_streaming import entry
from tests.servers.web import apache, nginx, site

pytestmark = pytest.mark.urls("tests.downloads.urlconf")

DATA = bytes(range(256)) * 400
NAMES = ["a b+c/é ~'()*#?.bin", "100%25.jpg", "page.html"]
PAGE = (ROOT / "docs" / "files" / "downloads.md").read_text(encoding="utf-8")


class Answer:
    """What a browser gets."""

    def __init__(self, url: str, method: str = "GET", **headers: str) -> None:
        asked = urllib.request.Request(url, method=method, headers=headers)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(asked) as response:
                self.status, self.headers, self.body = response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            self.status, self.headers, self.body = error.code, error.headers, error.read()


def quoted(name: str) -> str:
    return urllib.request.quote(name)  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MediaStorage]:
    """A bucket at Ceph, the one server here that really checks signatures."""
    with stored({"default": entry("ceph", tmp_path, request)}, ALLOWED_HOSTS=["*"]):
        storage: Any = storages["default"]
        for name in NAMES:
            storage.store.put(name, DATA)
        yield storage
        storage.store.close()


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A folder of the site's, which web servers may read."""
    place = tmp_path / "served"
    place.mkdir()
    for parent in (place, *place.parents):
        if parent.stat().st_uid == os.geteuid() and parent.name:
            parent.chmod(parent.stat().st_mode | stat.S_IXOTH | stat.S_IROTH)
    with stored({"default": entry("filesystem", place, request)}, ALLOWED_HOSTS=["*"]):
        for name in NAMES:
            store_of(storages["default"]).put(name, DATA)
        for path in place.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        yield place


# ── redirects ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", NAMES)
def test_a_redirect_leads_to_the_file_for_a_moment(bucket: MediaStorage, name: str) -> None:
    response = Client().get(f"/redirect/{quoted(name)}")
    assert response.status_code == 302
    assert response["Cache-Control"] == "private, no-store"
    assert parse_qs(urlsplit(response["Location"]).query)["X-Amz-Expires"] == ["180"]
    there = Answer(response["Location"])
    assert (there.status, there.body) == (200, DATA)
    saved = not name.endswith(".jpg")
    assert ("attachment" in (there.headers["Content-Disposition"] or "")) is saved
    head = Client().head(f"/redirect/{quoted(name)}")
    assert Answer(head["Location"], "HEAD").status == 200


def test_supabase_is_asked_for_a_signature_and_only_for_those_who_may(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with stored({"default": entry("supabase", tmp_path, request)}):
        store_of(storages["default"]).put("a.bin", DATA)
        response = Client().get("/redirect/a.bin")
        assert response.status_code == 302
        there = Answer(response["Location"])
        assert (there.status, there.body) == (200, DATA)
        assert Client().get("/redirect/missing.bin").status_code == 404
        assert Client().head("/redirect/a.bin").status_code == 302
        store_of(storages["default"]).close()


def test_a_store_that_cannot_sign_is_streamed(folder: Path) -> None:
    response: Any = Client().get("/redirect/100%2525.jpg")
    assert (response.status_code, b"".join(response.streaming_content)) == (200, DATA)


# ── nginx ────────────────────────────────────────────────────────────────────────────────────


def locations() -> str:
    """The configuration that the page shows."""
    shown = re.findall(r"```text\n(location .*?)```", PAGE, flags=re.DOTALL)
    assert len(shown) == 2
    return "\n".join(shown)


@pytest.mark.parametrize("name", NAMES)
def test_nginx_serves_a_file_of_a_folder(folder: Path, tmp_path: Path, name: str) -> None:
    with site() as port, nginx(tmp_path, locations().replace("/srv/site/media/", f"{folder}/"), port) as origin:
        whole = Answer(f"{origin}/nginx/{quoted(name)}")
        assert (whole.status, whole.body) == (200, DATA)
        assert whole.headers["X-Content-Type-Options"] == "nosniff"
        assert whole.headers["Cache-Control"] == "private, no-cache"
        assert ("sandbox" in (whole.headers["Content-Security-Policy"] or "")) is not name.endswith(".jpg")
        assert whole.headers["Content-Disposition"]
        part = Answer(f"{origin}/nginx/{quoted(name)}", Range="bytes=5-9")
        assert (part.status, part.body) == (206, DATA[5:10])
        assert Answer(f"{origin}/nginx/missing.bin").status == 404
        assert Answer(f"{origin}/medialift-files/{quoted(name)}").status == 404


@pytest.mark.parametrize("name", NAMES)
def test_nginx_serves_an_object_of_a_bucket(bucket: MediaStorage, tmp_path: Path, name: str) -> None:
    with site() as port, nginx(tmp_path, locations(), port) as origin:
        whole = Answer(f"{origin}/nginx/{quoted(name)}")
        assert (whole.status, whole.body) == (200, DATA)
        assert whole.headers["X-Content-Type-Options"] == "nosniff"
        assert whole.headers["Cache-Control"] == "private, no-cache"
        assert ("sandbox" in (whole.headers["Content-Security-Policy"] or "")) is not name.endswith(".jpg")
        for header in ("Content-Disposition", "Content-Type", "Cache-Control"):
            assert len(whole.headers.get_all(header) or []) == 1
        assert whole.headers["Content-Type"] == Client().get(f"/nginx/{quoted(name)}")["Content-Type"]
        assert not [header for header in whole.headers if header.lower().startswith(("x-amz", "x-medialift"))]
        part = Answer(f"{origin}/nginx/{quoted(name)}", Range="bytes=5-9")
        assert (part.status, part.body) == (206, DATA[5:10])
        assert Answer(f"{origin}/nginx/{quoted(name)}", "HEAD").status == 200
        assert Answer(f"{origin}/medialift-bucket", **{"X-Medialift-Url": "http://127.0.0.1/"}).status == 404


def test_a_visitors_own_headers_never_reach_the_buckets_request(bucket: MediaStorage, tmp_path: Path) -> None:
    """An Authorization beside a signed address is an error at every S3 service, and a cookie is nobody else's."""
    with site() as port, nginx(tmp_path, locations(), port) as origin:
        sent = {"X-Medialift-Url": "http://127.0.0.1:1/", "Authorization": "Basic eDp5", "Cookie": "sessionid=secret"}
        assert Answer(f"{origin}/nginx/page.html", **sent).body == DATA


# ── Apache ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", NAMES)
def test_apache_serves_a_file_of_a_folder(folder: Path, tmp_path: Path, name: str) -> None:
    with site() as port, apache(tmp_path, folder, port) as origin:
        whole = Answer(f"{origin}/apache/{quoted(name)}")
        assert (whole.status, whole.body) == (200, DATA)
        assert whole.headers["X-Content-Type-Options"] == "nosniff"
        assert "X-Sendfile" not in whole.headers
        part = Answer(f"{origin}/apache/{quoted(name)}", Range="bytes=5-9")
        assert (part.status, part.body) == (206, DATA[5:10])
        assert Answer(f"{origin}/apache/missing.bin").status == 404


@pytest.mark.parametrize("delivery", [Apache(), Nginx()])
def test_a_store_that_a_web_server_cannot_reach_is_told(delivery: Any) -> None:
    storage = MediaStorage(provider="memory")
    with pytest.raises(ImproperlyConfigured, match="folder"):
        delivery.answer(RequestFactory().get("/"), Served(storage, "a.txt", "a.txt"))
