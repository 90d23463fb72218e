"""easy-thumbnails, and for two rows sorl-thumbnail, over medialift's storage."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from easy_thumbnails.files import get_thumbnailer
from PIL import Image, ImageCms
from sorl.thumbnail import get_thumbnail

from medialift.testing.proxy import Proxy
from tests.compared.rows import row
from tests.compared.site import SERVER, STORAGES
from tests.images import pictures

urlpatterns: list[Any] = []


def stored(name: str, data: bytes) -> str:
    return default_storage.save(name, ContentFile(data))


def thumbnail(name: str, data: bytes, size: tuple[int, int] = (100, 100)) -> Any:
    return get_thumbnailer(stored(name, data)).get_thumbnail({"size": size})


def made(name: str, data: bytes, size: tuple[int, int] = (100, 100)) -> Image.Image:
    with default_storage.open(thumbnail(name, data, size).name) as file:
        return pictures.opened(file.read())


def problem(trial: Callable[[], Any]) -> str:
    """What the package raises, as ``Class: text``; empty if it works."""
    try:
        trial()
    except Exception as error:  # whatever the package lets through is what is asked for
        return f"{type(error).__name__}: {error}"
    return ""


def pages(show: Callable[[str], Any]) -> list[list[int]]:
    """Requests to the bucket and queries, of the first page with an image and of the second."""
    with Proxy(SERVER["endpoint_url"]) as proxy:
        entry: dict[str, Any] = STORAGES["default"]
        through = {**entry, "OPTIONS": {**entry["OPTIONS"], "endpoint_url": proxy.url}}
        with override_settings(STORAGES={**STORAGES, "default": through}):
            name = stored("cat.jpg", pictures.saved(pictures.corners(), "JPEG"))
            counted = []
            for _page in range(2):
                proxy.forget()
                with CaptureQueriesContext(connection) as queries:
                    assert show(name).url
                counted.append([sum(proxy.operations().values()), len(queries)])
    return counted


@row("made", seen=True)
def when() -> bool:
    return bool(default_storage.exists(thumbnail("cat.jpg", pictures.saved(pictures.corners(), "JPEG")).name))


EASY, SORL = "easy-thumbnails", "sorl"
COUNTED: dict[str, list[list[int]]] = {}


def counted() -> dict[str, list[list[int]]]:
    if not COUNTED:
        COUNTED[EASY] = pages(lambda name: get_thumbnailer(name).get_thumbnail({"size": (100, 100)}))
        COUNTED[SORL] = pages(lambda name: get_thumbnail(name, "100x100"))
    return COUNTED


@row("the page that first shows an image", seen={EASY: [3, 9], SORL: [3, 12]})
def first_page() -> dict[str, list[int]]:
    return {who: costs[0] for who, costs in counted().items()}


@row("the same page again", seen={EASY: [0, 2], SORL: [0, 0]})
def second_page() -> dict[str, list[int]]:
    return {who: costs[1] for who, costs in counted().items()}


@row("the browser's request for an image", seen=True)
def its_address() -> bool:
    file = thumbnail("cat.jpg", pictures.saved(pictures.corners(), "JPEG"))
    return bool(file.url.partition("?")[0] == default_storage.url(file.name).partition("?")[0])


@row("what it keeps beside the files", seen=["Source", "Thumbnail"])
def tables() -> list[str]:
    thumbnail("cat.jpg", pictures.saved(pictures.corners(), "JPEG"))
    return [
        model.__name__ for model in apps.get_app_config("easy_thumbnails").get_models() if model._base_manager.exists()
    ]


@row("a photo of a phone", seen=True)
def upright() -> bool:
    """Turned by a quarter, what lies wide stands high."""
    image = made("phone.jpg", pictures.from_phone(6, (400, 300)))
    return image.size == made("plain.jpg", pictures.from_phone(1, (400, 300))).size


@row("GPS", seen=False)
def gps() -> bool:
    return 0x8825 in made("gps.jpg", pictures.from_phone(1)).getexif()


@row('the comment in a JPEG ("taken at home")', seen="taken at home")
def comment() -> str:
    image = made("said.jpg", pictures.saved(pictures.corners(), "JPEG", comment=b"taken at home"))
    return bytes(image.info.get("comment", b"")).decode()


@row("colours with a profile of their own", seen={"profile": False, "converted": False})
def profile() -> dict[str, bool]:
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    image = made("lab.jpg", pictures.saved(Image.new("RGB", (200, 200), (10, 200, 30)), "JPEG", icc_profile=swapped))
    near = pictures.close(image.convert("RGB").getpixel((50, 50)), (10, 200, 30))
    return {"profile": "icc_profile" in image.info, "converted": not near}


@row("16-bit PNG: black, middle grey, white", seen=[0, 255, 255])
def sixteen_bits() -> list[int]:
    line = b"".join(shade.to_bytes(2, "little") * 100 for shade in (0, 32896, 65535))
    wide = Image.frombytes("I;16", (300, 100), line * 100)
    image = made("deep.png", pictures.saved(wide, "PNG"), (150, 50)).convert("L")
    return [int(image.getpixel((at, 25))) for at in (25, 75, 125)]  # type: ignore[arg-type]


@row("an animated GIF", seen="cannot write mode P as JPEG")
def animation() -> str:
    return problem(lambda: thumbnail("moves.gif", pictures.animation("GIF"), (40, 40))).partition(": ")[2]


@row("AVIF", seen=True)
def avif() -> bool:
    """Whether it is an error."""
    thumbnailer = get_thumbnailer(stored("cat.jpg", pictures.saved(pictures.corners(), "JPEG")))
    thumbnailer.thumbnail_extension = "avif"
    return bool(problem(lambda: thumbnailer.get_thumbnail({"size": (60, 60)})))


@row("a PNG that unpacks to 144 megapixels", seen="")
def large() -> str:
    out = io.BytesIO()
    Image.new("L", (12_000, 12_000)).save(out, "PNG", compress_level=1)
    return problem(lambda: thumbnail("large.png", out.getvalue()))


@row("one that unpacks to 3,600 megapixels", seen=True)
def bomb() -> bool:
    """Pillow refuses to open it, and no other generator of sources is there."""
    bomb = pictures.announced(60_000, 60_000)
    by_pillow = problem(lambda: pictures.opened(bomb)).startswith("DecompressionBombError")
    return by_pillow and problem(lambda: thumbnail("bomb.png", bomb)).startswith("NoSourceGenerator")


@row("an SVG", seen=True)
def drawing() -> bool:
    """Whether it is an error."""
    return bool(problem(lambda: thumbnail("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')))


@row("the storage deletes the original", seen=True)
def deleted() -> bool:
    """Whether what was made of it stays."""
    name = stored("gone.jpg", pictures.saved(pictures.corners(), "JPEG"))
    file = get_thumbnailer(name).get_thumbnail({"size": (100, 100)})
    default_storage.delete(name)
    return bool(default_storage.exists(file.name))
