"""Renditions in a real bucket: what they cost, who may fetch them, and that each is made once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.template import Context, Engine
from django.test import Client, RequestFactory, override_settings

from medialift.bridge.opened import store_of
from medialift.downloads import Nginx
from medialift.freeze import FreezableMediaStorage
from medialift.images import media_image_url
from medialift.images.embedded import keeping
from medialift.images.embedded.keeping import rendition
from medialift.images.embedded.render import render
from medialift.images.embedded.view import RenditionView
from medialift.images.request import Fit, Format, ImageRequest
from medialift.ledger.freezing import freeze, thaw
from medialift.renditions import FOLDER, folder_of
from medialift.storage import MediaStorage
from medialift.stores.memory import MemoryStore
from medialift.stores.wrappers.readonly import ReadOnlyStore
from tests.desk.storages import stored
from tests.images import pictures
from tests.images.pictures import opened
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.images.urlconf")]

ROOT = Path(__file__).parents[2]
PHOTO = pictures.from_phone(6, (800, 600))
WISHED = ImageRequest(320, 180, Fit.COVER, Format.WEBP)
ENGINE = Engine(libraries={"medialift": "medialift.templatetags.medialift"})
PAGE = "{% load medialift %}{% for photo in photos %}{% media_picture photo width=320 densities='1 2' %}{% endfor %}"


def entry(server: S3Server, bucket: str, **options: Any) -> dict[str, Any]:
    return {
        "BACKEND": "medialift.storage.MediaStorage",
        "OPTIONS": {
            "provider": "minio",  # a service that creates atomically at any address: moto does
            "bucket": bucket,
            "prefix": "media",
            "region": server.region,
            "endpoint_url": server.endpoint_url,
            "access_key_id": server.access_key_id,
            "secret_access_key": server.secret_access_key,
            **options,
        },
    }


@pytest.fixture
def proxy(moto: S3Server) -> Iterator[FaultProxy]:
    with FaultProxy(moto) as proxy:
        yield proxy


@pytest.fixture
def bucket(moto: S3Server) -> str:
    return moto.make_bucket()


@pytest.fixture
def storage(proxy: FaultProxy, bucket: str) -> Iterator[MediaStorage]:
    with stored({"default": entry(proxy.server, bucket, images="embedded")}):
        storage = storages["default"]
        assert isinstance(storage, MediaStorage)
        yield storage
        storage.store.close()


def keys(server: S3Server, bucket: str) -> list[str]:
    """Of renditions, as another client sees them."""
    found = server.client().list_objects_v2(Bucket=bucket, Prefix=f"media/{FOLDER}/")
    return [entry["Key"] for entry in found.get("Contents", [])]


def test_a_page_of_fifty_images_asks_the_bucket_for_nothing(storage: MediaStorage, proxy: FaultProxy) -> None:
    page = ENGINE.from_string(PAGE).render(Context({"photos": [f"photos/{number}.jpg" for number in range(50)]}))
    assert page.count("<img") == 50
    assert page.count("/images/") == 50 * (2 + 2 + 1 + 2)  # AVIF, WebP, src and srcset
    assert dict(proxy.operations()) == {}


def test_the_first_visitor_costs_four_requests_and_every_other_two(storage: MediaStorage, proxy: FaultProxy) -> None:
    url = media_image_url(storage.save("cat.jpg", ContentFile(PHOTO)), width=100)
    proxy.forget()
    assert Client().get(url).status_code == 302
    assert dict(proxy.operations()) == {"HeadObject": 2, "GetObject": 1, "PutObject": 1}
    proxy.forget()
    assert Client().get(url).status_code == 302
    assert dict(proxy.operations()) == {"HeadObject": 2}


def test_deleting_an_original_costs_one_listing_and_one_more(
    storage: MediaStorage, proxy: FaultProxy, bucket: str, moto: S3Server
) -> None:
    name = storage.save("cat.jpg", ContentFile(PHOTO))
    for width in (50, 60, 70):
        Client().get(media_image_url(name, width=width))
    assert len(keys(moto, bucket)) == 3
    proxy.forget()
    storage.delete(name)
    assert dict(proxy.operations()) == {"DeleteObject": 1, "ListObjectsV2": 1, "DeleteObjects": 1}
    assert keys(moto, bucket) == []


def test_a_private_rendition_lies_in_the_private_bucket_and_is_fetched_by_a_signed_address(
    storage: MediaStorage, bucket: str, moto: S3Server
) -> None:
    url = media_image_url(storage.save("cat.jpg", ContentFile(PHOTO)), width=320, height=180, fit="cover")
    answer = Client().get(url)
    place = answer["Location"]

    assert "X-Amz-Signature" in place
    assert answer["Cache-Control"].startswith("private, max-age=")
    assert Client().get(url)["Location"] == place, "browsers keep what they fetched"
    fetched = httpx.get(place)
    assert fetched.headers["Content-Type"] == "image/webp"
    assert fetched.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert opened(fetched.content).size == (320, 180)
    assert keys(moto, bucket)[0].startswith(f"media/{folder_of('cat.jpg')}/")


def test_a_public_rendition_is_fetched_by_its_plain_address(moto: S3Server, bucket: str) -> None:
    with stored({"default": entry(moto, bucket, access="public")}):
        storage: Any = storages["default"]
        answer = Client().get(media_image_url(storage.save("cat.jpg", ContentFile(PHOTO)), width=100))
        assert "?" not in answer["Location"]
        assert answer["Cache-Control"] == "public, max-age=3600"
        info = storage.store.head(next(iter(storage.store.list(FOLDER))).key)
        assert info.headers.cache_control == "public, max-age=31536000, immutable"
        storage.store.close()


# ── once ─────────────────────────────────────────────────────────────────────────────────────

WORKER = """
import sys
import django
django.setup()
from django.core.files.storage import storages
from medialift.images.embedded.keeping import rendition
from medialift.images.embedded.render import render
from medialift.images.request import Fit, Format, ImageRequest
print("ready", flush=True)
sys.stdin.readline()
found = rendition(storages["default"], "cat.jpg", ImageRequest(320, 180, Fit.COVER, Format.WEBP), public=True)
assert found.unkept is None
print(found.name)
"""


def versions(server: S3Server, bucket: str) -> list[str]:
    """Every time that a rendition was stored, also where it replaced another."""
    found = server.client().list_object_versions(Bucket=bucket, Prefix=f"media/{FOLDER}/")
    return [entry["Key"] for entry in found.get("Versions", [])]


@pytest.fixture
def versioned(storage: MediaStorage, moto: S3Server, bucket: str) -> str:
    """A bucket that forgets nothing, with one original."""
    moto.client().put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    storage.save("cat.jpg", ContentFile(PHOTO))
    return bucket


def test_threads_that_make_one_rendition_at_once_store_it_once(
    storage: MediaStorage,
    moto: S3Server,
    versioned: str,
    proxy: FaultProxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    barrier = threading.Barrier(6)

    def together(*args: Any) -> bytes:
        barrier.wait(30)  # nobody stores before all have found that there is nothing
        return render(*args)

    monkeypatch.setattr(keeping, "render", together)
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: rendition(storage, "cat.jpg", WISHED, public=True), range(6)))

    assert len({found.name for found in made}) == 1
    assert all(found.unkept is None for found in made)
    assert proxy.count("PutObject") == 1 + 6
    assert len(versions(moto, versioned)) == 1


def test_processes_that_make_one_rendition_at_once_store_it_once(
    moto: S3Server, versioned: str, tmp_path: Path
) -> None:
    (tmp_path / "images_settings.py").write_text(
        f"from tests.settings import *\nSTORAGES = {{**STORAGES, 'default': {entry(moto, versioned)!r}}}\n"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "images_settings",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT), str(ROOT / "src")]),
    }
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [worker.communicate(timeout=60)[0] for worker in workers]

    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert len(set(said)) == 1
    assert len(versions(moto, versioned)) == 1


# ── where nothing can be stored ──────────────────────────────────────────────────────────────


def test_during_a_freeze_images_are_shown_and_nothing_is_stored() -> None:
    with stored({"default": {"BACKEND": "medialift.freeze.FreezableMediaStorage", "OPTIONS": {"provider": "memory"}}}):
        storage = storages["default"]
        assert isinstance(storage, FreezableMediaStorage)
        storage.save("cat.jpg", ContentFile(PHOTO))
        freeze(retry_after=300)
        storage.__dict__.pop("_freeze_flag", None)  # a second later
        try:
            answer = Client().get(media_image_url("cat.jpg", width=100))
        finally:
            thaw()
        assert opened(answer.content).size == (100, 75)
        assert answer["Cache-Control"] == "private, max-age=60"
        assert list(storage.store.list(FOLDER)) == []


def test_a_site_that_may_only_read_still_shows_images(caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore("media")
    store.put("cat.jpg", PHOTO)
    found = rendition(MediaStorage.over(ReadOnlyStore(store)), "cat.jpg", WISHED, public=True)
    assert opened(found.unkept or b"").size == (320, 180)
    assert "could not be stored" in caplog.text


@override_settings(SECRET_KEY="another site's")
def test_another_sites_address_gives_nothing(storage: MediaStorage, bucket: str, moto: S3Server) -> None:
    url = media_image_url(storage.save("cat.jpg", ContentFile(PHOTO)), width=100)
    with override_settings(SECRET_KEY="ours"):
        assert Client().get(url).status_code == 404
    assert keys(moto, bucket) == []


# ── other storages, other ways to deliver ────────────────────────────────────────────────────


def test_django_storages_has_renditions_too(moto: S3Server, bucket: str) -> None:
    options = {
        "bucket_name": bucket,
        "location": "media",
        "endpoint_url": moto.endpoint_url,
        "access_key": moto.access_key_id,
        "secret_key": moto.secret_access_key,
        "region_name": moto.region,
        "querystring_expire": 600,
    }
    with stored({"default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}}):
        storage = storages["default"]
        url = media_image_url(storage.save("cat.jpg", ContentFile(PHOTO)), width=100)
        answer = Client().get(url)
        assert re.search(r"-e\d+\.webp$", url), "private, as querystring_auth says"
        assert int(answer["Cache-Control"].removeprefix("private, max-age=")) <= 600
        assert opened(httpx.get(answer["Location"]).content).size == (100, 75)
        assert len(keys(moto, bucket)) == 1
        store_of(storage).close()


def test_nginx_may_send_what_lies_on_the_disk(tmp_path: Path) -> None:
    entry = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    with stored({"default": entry}):
        name = storages["default"].save("cat.jpg", ContentFile(PHOTO))
        signature, _, target = media_image_url(name, width=100).removeprefix("/images/").partition("/")
        answer = RenditionView.as_view(delivery=Nginx())(RequestFactory().get("/"), signature=signature, target=target)
        assert answer.status_code == 200
        kept = tmp_path / answer["X-Accel-Redirect"].removeprefix("/medialift-files/")
        assert opened(kept.read_bytes()).size == (100, 75)
        assert answer["Content-Type"] == "image/webp"


def test_a_browser_may_ask_for_the_headers_alone(storage: MediaStorage) -> None:
    url = media_image_url(storage.save("cat.jpg", ContentFile(PHOTO)), width=100)
    assert Client().head(url)["Location"] == Client().get(url)["Location"]
    assert Client().post(url).status_code == 405


def test_where_nothing_is_created_atomically_the_second_replaces_the_first_with_the_same(rclone: S3Server) -> None:
    with stored({"default": entry(rclone, rclone.make_bucket(), provider="s3-compatible")}):
        storage: Any = storages["default"]
        name = storage.save("cat.jpg", ContentFile(PHOTO))
        with ThreadPoolExecutor(4) as pool:
            made = {found.name for found in pool.map(lambda _: rendition(storage, name, WISHED, public=True), range(4))}
        assert [info.key for info in storage.store.list(FOLDER)] == list(made)
        storage.store.close()
