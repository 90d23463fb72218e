"""Addresses of other engines, judged by their own packages, their published examples, and their stand-ins."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cloudinary import utils
from django.core.files.base import ContentFile

from medialift.errors import ConfigError
from medialift.images import media_image_url
from medialift.images.engines import engine_of
from medialift.images.engines.imgproxy import signature
from medialift.images.request import Format
from medialift.storage import MediaStorage
from medialift.stores.spec import Secret
from medialift.testing.supabase import SupabaseServer
from medialift.testing.supabase.tokens import verified

KEY = "943b421c9eb07c830af81030552c86009268de4e532ba2ee2eab8247c6da0881"
SALT = "520f986b998545b4785e0defbc4f3c1203f22de2374a3d53cb7a7fe9fea309c5"
IMGPROXY = {"engine": "imgproxy", "url": "https://img.example.com/", "key": KEY, "salt": SALT}
COVER = {"width": 640, "height": 360, "fit": "cover", "focus": "0.3 0"}


def bucket(**options: Any) -> MediaStorage:
    said = {"access_key_id": "a", "secret_access_key": "b", "region": "eu-west-1", "prefix": "media"}
    return MediaStorage(provider="s3", bucket="bucket", **{**said, **options})


def public(**options: Any) -> MediaStorage:
    return bucket(custom_domain="cdn.example.com", **options)


# ── imgproxy ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("key", "salt", "path", "expected"),
    [
        # Of imgproxy's documentation, "Signing a URL".
        (
            "736563726574",
            "68656C6C6F",
            "/rs:fill:300:400:0/g:sm/aHR0cDovL2V4YW1w/bGUuY29tL2ltYWdl/cy9jdXJpb3NpdHku/anBn.png",
            "oKfUtW34Dvo2BGQehJFR4Nr0_rIjOtdtzJ3QFsUcXH8",
        ),
        # Of its examples of signatures in other languages.
        (
            KEY,
            SALT,
            "/fill/300/300/no/1/aHR0cDovL2ltZy5leGFtcGxlLmNvbS9wcmV0dHkvaW1hZ2UuanBn.png",
            "_PQ4ytCQMMp-1w1m_vP6g8Qb-Q7yF9mwghf6PddqxLw",
        ),
    ],
)
def test_a_signature_is_that_of_imgproxys_examples(key: str, salt: str, path: str, expected: str) -> None:
    assert signature(path, Secret(key), Secret(salt)) == expected


def imgproxy_parts(url: str) -> tuple[str, list[str], str, str]:
    """Signature, options, source and extension of an address."""
    made, *options, source = url.removeprefix("https://img.example.com/").split("/")
    encoded, _, extension = source.partition(".")
    return made, options, base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode(), extension


@pytest.mark.parametrize(
    ("wishes", "options", "extension"),
    [
        (COVER, ["rs:fill-down:640:360:0", "g:fp:0.3:0"], ""),
        ({"width": 9, "format": "avif", "quality": 50}, ["rs:fit:9:0:0", "q:50"], "avif"),
        ({"width": 9, "height": 8, "fit": "fill", "format": "jpeg"}, ["rs:force:9:8:1"], "jpg"),
        ({"format": "original"}, [], "jpg"),
    ],
)
def test_imgproxy_is_told_everything_but_what_it_shall_choose(
    wishes: dict[str, Any], options: list[str], extension: str
) -> None:
    url = media_image_url("a b/ü.jpg", storage=public(images=IMGPROXY), **wishes)
    made, said, source, told = imgproxy_parts(url)

    assert said == [*options, "ar:1", "sm:1", "scp:1"]
    assert source == "https://cdn.example.com/media/a%20b/%C3%BC.jpg"
    assert told == extension
    path = url.removeprefix(f"https://img.example.com/{made}")
    assert made == signature(path, Secret(KEY), Secret(SALT))


def test_imgproxy_fetches_a_private_original_itself_and_for_a_time() -> None:
    storage = bucket(images={**IMGPROXY, "source": "s3"}, expires="10m")
    url = media_image_url("a b?.jpg", width=9, storage=storage)
    _, options, source, _ = imgproxy_parts(url)
    assert source == "s3://bucket/media/a%20b%3F.jpg"
    assert re.fullmatch(r"exp:\d{10}", options[-1])
    assert "X-Amz" not in url
    assert media_image_url("a b?.jpg", width=9, storage=storage) == url


# ── Cloudflare ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("wishes", "options"),
    [
        (COVER, "width=640,height=360,fit=crop,gravity=0.3x0,format=auto,metadata=none"),
        (
            {"width": 80, "quality": 75, "format": "webp"},
            "width=80,fit=scale-down,quality=75,format=webp,metadata=none",
        ),
        ({"width": 8, "height": 9, "fit": "fill"}, "width=8,height=9,fit=squeeze,format=auto,metadata=none"),
        ({"format": "original"}, "metadata=none"),
    ],
)
def test_cloudflare_is_asked_before_the_originals_own_address(wishes: dict[str, Any], options: str) -> None:
    for images, zone in (
        ("cloudflare", ""),
        ({"engine": "cloudflare", "url": "https://a.example/"}, "https://a.example"),
    ):
        url = media_image_url("a b.jpg", storage=public(images=images), **wishes)
        assert url == f"{zone}/cdn-cgi/image/{options}/https://cdn.example.com/media/a%20b.jpg"


# ── Cloudinary ───────────────────────────────────────────────────────────────────────────────


def at_cloudinary(**options: Any) -> MediaStorage:
    return MediaStorage(
        provider="cloudinary",
        bucket="demo",
        access_key_id="1",
        secret_access_key="abcd",
        **{"access": "public", **options},
    )


@pytest.mark.parametrize(
    ("wishes", "judged"),
    [
        (
            COVER,
            {
                "width": 640,
                "height": 360,
                "crop": "lfill",
                "gravity": "xy_center",
                "x": "0.3",
                "y": "0.0",
                "fetch_format": "auto",
            },
        ),
        ({"width": 9, "format": "avif", "quality": 50}, {"width": 9, "crop": "limit", "quality": 50, "format": "avif"}),
        (
            {"width": 9, "height": 8, "fit": "fill", "format": "original"},
            {"width": 9, "height": 8, "crop": "scale"},
        ),
        ({"width": 9, "format": "jpeg"}, {"width": 9, "crop": "limit", "format": "jpg"}),
    ],
)
@pytest.mark.parametrize("access", ["public", "private"])
def test_cloudinarys_addresses_are_those_of_its_package(
    wishes: dict[str, Any], judged: dict[str, Any], access: str
) -> None:
    expected, _ = utils.cloudinary_url(
        "a/cat.png",
        **{
            "cloud_name": "demo",
            "api_secret": "abcd",
            "secure": True,
            "sign_url": True,
            "format": "png",
            "type": "upload" if access == "public" else "authenticated",
            **judged,
        },
    )
    assert media_image_url("a/cat.png", storage=at_cloudinary(access=access), **wishes) == expected


def test_what_cloudinary_holds_as_another_file_keeps_its_address() -> None:
    storage = at_cloudinary()
    assert media_image_url("scan", width=9, storage=storage) == storage.url("scan")


# ── Supabase ─────────────────────────────────────────────────────────────────────────────────


def at_supabase(server: SupabaseServer, **options: Any) -> MediaStorage:
    said = {
        "provider": "supabase",
        "endpoint_url": server.url,
        "service_key": server.project.service_key,
        "jwt_secret": server.project.jwt_secret,
        "images": "supabase",
    }
    return MediaStorage(**{**said, **options})


@pytest.fixture(scope="module")
def supabase() -> Any:
    with SupabaseServer() as server:
        yield server


def test_supabases_public_addresses_carry_the_wishes(supabase: SupabaseServer) -> None:
    storage = at_supabase(supabase, bucket="photos", access="public")
    url = media_image_url("a b.jpg", width=640, height=360, fit="cover", quality=70, storage=storage)
    assert urlsplit(url).path == "/storage/v1/render/image/public/photos/a%20b.jpg"
    assert urlsplit(url).query == "width=640&height=360&resize=cover&quality=70"
    assert "format=origin" in media_image_url("a.jpg", width=9, format="original", storage=storage)


def test_supabases_private_addresses_are_signed_here_and_stay_the_same(supabase: SupabaseServer) -> None:
    storage = at_supabase(supabase, bucket=supabase.project.make_bucket("hidden").id)
    name = storage.save("a b.jpg", ContentFile(b"1"))
    storage.store.close()
    storage = at_supabase(supabase, bucket="hidden")
    url = media_image_url(name, width=640, storage=storage)
    assert url == media_image_url(name, width=640, storage=storage)
    claims = verified(parse_qs(urlsplit(url).query)["token"][0], supabase.project.jwt_secret)
    assert claims["transformations"] == "width:640,resize:contain"
    # No image service stands behind the stand-in: this is what it says of an address that is good.
    assert httpx.get(url).json()["message"] == "fetch failed"
    assert httpx.get(url[:-3] + "AAA").json()["error"] == "InvalidJWT"


# ── what an engine does not do ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("format", [format.value for format in Format])
def test_an_engine_makes_what_it_says_and_tells_of_the_rest(format: str, supabase: SupabaseServer) -> None:
    storages = (
        public(images=IMGPROXY),
        public(images="cloudflare"),
        at_cloudinary(),
        at_supabase(supabase, bucket="photos", access="public"),
    )
    for storage in storages:
        if engine_of(storage).makes(Format(format)):
            assert media_image_url("a.jpg", width=9, format=format, storage=storage)
        else:
            with pytest.raises(ValueError, match=f"not as {format}"):
                media_image_url("a.jpg", width=9, format=format, storage=storage)


def test_a_focal_point_is_not_silently_lost_at_supabase(supabase: SupabaseServer) -> None:
    with pytest.raises(ValueError, match="around the middle"):
        media_image_url("a.jpg", storage=at_supabase(supabase, bucket="photos", access="public"), **COVER)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"images": "cloudflare"}, "would be public"),
        ({"images": IMGPROXY}, "would be public"),
        ({"images": "cloudinary"}, "these lie at s3"),
        ({"images": "supabase"}, "these lie at s3"),
        ({"images": {**IMGPROXY, "source": "s3"}, "provider": "supabase", "account_id": "x"}, "cannot fetch"),
    ],
)
def test_an_engine_that_cannot_work_or_would_publish_is_refused(options: dict[str, Any], complaint: str) -> None:
    storage = MediaStorage(**{"provider": "s3", "bucket": "bucket", **options})
    with pytest.raises(ConfigError, match=complaint):
        media_image_url("a.jpg", width=9, storage=storage)


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("thumbor", "one of embedded"),
        (7, "one of embedded"),
        ({"engine": "imgproxy"}, "also has url, key, salt"),
        ({**IMGPROXY, "key": "nonsense"}, "hexadecimal"),
        ({**IMGPROXY, "source": "disk"}, "url or s3"),
        ({"engine": "embedded", "url": "x"}, "without url"),
        ('{"engine": ', "one of embedded"),
    ],
)
def test_an_option_that_makes_no_sense_is_told(value: Any, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint) as told:
        public(images=value)
    assert KEY not in str(told.value)


def test_the_keys_of_imgproxy_never_show() -> None:
    storage = public(images=IMGPROXY)
    assert KEY not in repr(storage.options)
    assert SALT not in repr(storage.options)
    assert "images" not in storage.deconstruct()[2]
    out = io.StringIO()
    print(engine_of(storage), file=out)
    assert KEY not in out.getvalue()


def test_models_may_import_it_before_there_are_any() -> None:
    """And sites without Django's users: neither needs to be there when a page is written."""
    program = "from django.conf import settings; settings.configure(INSTALLED_APPS=[]); import medialift.images"
    more = "; import django; django.setup(); import medialift.images.urls"
    subprocess.run([sys.executable, "-W", "error", "-c", program + more], check=True)
