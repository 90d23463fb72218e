"""Addresses are those that Cloudinary's own package makes, and lead to the object."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cloudinary import utils

from medialift.stores.base import PublicUrls, Signs, capability
from medialift.stores.cloudinary import CloudinaryStore
from medialift.stores.cloudinary.strays import Strays
from medialift.stores.resizing import ImageUrls
from medialift.stores.spec import Credentials, Delivery, Secret, StoreSpec
from medialift.testing.cloudinary import CloudinaryServer
from tests.stores.cloudinary.conftest import JPEG, MP4, account, opened, spec_of

KEYS = ["photos/cat.jpg", "cat.PNG", "été 1.webp".encode("ascii", "ignore").decode(), "film.mp4", "docs/a,b;c.txt", "x"]
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _nobody_is_asked_of_the_demo_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    def of_stand_ins(strays: Strays, real: Any = Strays._tagged) -> Iterator[str]:
        return real(strays) if "127.0.0.1" in strays._requests.place.origin else iter(())

    monkeypatch.setattr(Strays, "_tagged", of_stand_ins)


def demo(type: str = "upload", **changes: Any) -> CloudinaryStore:
    credentials = Credentials("123456789012345", Secret("abcd"))
    return opened(StoreSpec("cloudinary", "demo", credentials=credentials, delivery=Delivery(type), **changes))


def judged(store: CloudinaryStore, key: str, **options: Any) -> str:
    """The address as Cloudinary's own package writes it."""
    kind = store.place.kind(key).value
    # A file has no format, and is not found under the version 1 that the package puts before folders
    # (https://github.com/klis87/django-cloudinary-storage/issues/26).
    own = {"force_version": False} if kind == "raw" else {"format": key.rpartition(".")[2].lower()}
    made, _ = utils.cloudinary_url(
        store.place.public_id(key),
        **{"cloud_name": "demo", "api_secret": "abcd", "secure": True, "resource_type": kind, **own, **options},
    )
    return str(made)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("type", ["upload", "private", "authenticated"])
def test_an_address_is_the_packages(key: str, type: str) -> None:
    store = demo(type, prefix="sites/a")
    assert store.public_url(key) == judged(store, key, type=type, sign_url=type != "upload")


def test_an_own_host_serves_without_the_clouds_name() -> None:
    store = demo(custom_domain="media.example.com")
    expected = judged(store, "a/cat.jpg", secure_distribution="media.example.com", private_cdn=True)
    assert store.public_url("a/cat.jpg") == expected == "https://media.example.com/image/upload/v1/a/cat.jpg.jpg"


@pytest.mark.parametrize(
    ("wishes", "options"),
    [
        ({"width": 600, "height": 400, "resize": "fill"}, {"width": 600, "height": 400, "crop": "fill"}),
        ({"width": 600}, {"width": 600, "crop": "limit"}),
        ({"height": 50, "resize": "fit", "quality": 80}, {"height": 50, "crop": "fit", "quality": 80}),
        ({"quality": 1}, {"quality": 1}),
        ({"width": 9, "format": "avif"}, {"width": 9, "crop": "limit", "format": "avif"}),
        ({}, {}),
    ],
)
def test_an_image_made_to_measure_is_at_the_packages_address(wishes: dict[str, Any], options: dict[str, Any]) -> None:
    store = demo()
    assert store.image_url("a/cat.jpg", **wishes) == judged(store, "a/cat.jpg", sign_url=True, **options)


@pytest.mark.parametrize(
    ("key", "wishes", "complaint"),
    [
        ("cat.jpg", {"width": 1, "resize": "cover"}, "resizes by auto, crop"),
        ("cat.jpg", {"resize": "fill"}, "needs a width or a height"),
        ("cat.jpg", {"width": 0}, "at least one pixel"),
        ("cat.jpg", {"quality": 101}, "from 1 to 100"),
        ("cat.jpg", {"expires": HOUR}, "does not expire"),
        ("cat.pdf", {"width": 1}, "is no image"),
    ],
)
def test_what_cannot_be_wished_of_an_image_is_told(key: str, wishes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        demo().image_url(key, **wishes)


def test_a_signed_address_is_the_packages_and_stays_the_same_for_the_same_time() -> None:
    store, now = demo("authenticated"), datetime(2026, 11, 1, 12, tzinfo=timezone.utc)
    made = store.signed_url("a/cat.jpg", expires=HOUR, now=now, filename="cat.jpg")
    params = {
        "public_id": "a/cat.jpg",
        "type": "authenticated",
        "attachment": "1",
        "expires_at": str(int(now.timestamp()) + 3600),
        "timestamp": str(int(now.timestamp())),
    }
    signed = utils.sign_request(params, {"api_key": "123456789012345", "api_secret": "abcd"})
    assert parse_qs(urlsplit(made).query) == {name: [value] for name, value in signed.items()}
    assert made.startswith("https://api.cloudinary.com/v1_1/demo/image/download?")
    assert store.signed_url("a/cat.jpg", expires=HOUR, now=now, filename="cat.jpg") == made


@pytest.mark.parametrize(
    ("wishes", "complaint"),
    [
        ({"method": "PUT"}, "signs GET, HEAD, not PUT"),
        ({"content_type": "text/html"}, "by its extension"),
        ({"filename": "dog.jpg"}, "the file's own name"),
        ({"expires": timedelta(days=8)}, "from 1 second to 7 days"),
    ],
)
def test_what_cannot_be_signed_is_told(wishes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        demo().signed_url("a/cat.jpg", **{"expires": HOUR, **wishes})


def test_the_abilities_are_told() -> None:
    assert all(capability(demo(), ability) for ability in (Signs, PublicUrls, ImageUrls))


class TestOnTheStandIn:
    """Each address is fetched by somebody who has nothing but the address."""

    @pytest.mark.parametrize("type", ["upload", "private", "authenticated"])
    @pytest.mark.parametrize(("key", "body"), [("a/cat.jpg", JPEG), ("a/film.mp4", MP4), ("a/x.txt", b"text")])
    def test_the_original_comes(self, cloudinary: CloudinaryServer, type: str, key: str, body: bytes) -> None:
        store = opened(spec_of(cloudinary, f"urls/{type}", delivery=Delivery(type)))
        store.put(key, body)
        for url in (store.public_url(key), store.signed_url(key, expires=HOUR)):
            assert httpx.get(url).content == body

    def test_an_address_that_needs_its_signature_says_nothing_without(self, cloudinary: CloudinaryServer) -> None:
        store = opened(spec_of(cloudinary, "urls", delivery=Delivery("authenticated")))
        store.put("cat.jpg", JPEG)
        plain = store.public_url("cat.jpg")
        bare = "/".join(part for part in plain.split("/") if not part.startswith("s--"))
        answer = httpx.get(bare)
        assert (answer.status_code, answer.headers["x-cld-error"], answer.content) == (401, "Signature required", b"")

    def test_a_signed_address_ends(self) -> None:
        with CloudinaryServer(account()) as server:
            store = opened(spec_of(server))
            store.put("cat.jpg", JPEG)
            url = store.signed_url("cat.jpg", expires=timedelta(minutes=1))
            assert httpx.get(url).content == JPEG
            passed = server.account.clock() + 61
            server.account.clock = lambda: passed
            assert httpx.get(url).json() == {"error": {"message": "URL has expired"}}

    def test_where_only_signed_transformations_are_allowed_ours_are(self, cloudinary: CloudinaryServer) -> None:
        with CloudinaryServer(account(strict=True)) as server:
            store = opened(spec_of(server))
            store.put("cat.jpg", JPEG)
            ours = store.image_url("cat.jpg", width=10)
            unsigned = "/".join(part for part in ours.split("/") if not part.startswith("s--"))
            assert httpx.get(ours).headers["x-cld-error"] == "a stand-in transforms nothing"
            assert httpx.get(unsigned).headers["x-cld-error"] == "Signature required"
