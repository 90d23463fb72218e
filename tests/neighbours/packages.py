"""Packages that make thumbnails, and how a site asks each for one of the photo ``photos/cat.jpg``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PHOTO = "photos/cat.jpg"


@dataclass(frozen=True)
class Package:
    """``thumbnail`` gives one as a file with ``name`` and ``url``, that fits into a square of so many pixels.

    ``keeps``: whether a thumbnail is called in the bucket as it was on the disk. Where not, the package makes it
    anew: the storage is a part of its names.
    """

    module: str
    pip: str
    apps: tuple[str, ...]
    thumbnail: Callable[[int], Any]
    keeps: bool


def _easy(size: int) -> Any:
    from easy_thumbnails.files import get_thumbnailer

    return get_thumbnailer(PHOTO).get_thumbnail({"size": (size, size)})


def _sorl(size: int) -> Any:
    from sorl.thumbnail import get_thumbnail

    return get_thumbnail(PHOTO, f"{size}x{size}")


def _imagekit(size: int) -> Any:
    from django.core.files.storage import default_storage
    from imagekit import ImageSpec
    from imagekit.cachefiles import ImageCacheFile
    from imagekit.processors import ResizeToFit

    class Thumbnail(ImageSpec):  # type: ignore[misc]
        processors = (ResizeToFit(size, size),)
        format = "JPEG"

    with default_storage.open(PHOTO) as photo:
        photo.name = PHOTO
        made = ImageCacheFile(Thumbnail(source=photo))
        made.generate()
    return made


def _wagtail(size: int) -> Any:
    from wagtail.images import get_image_model
    from wagtail.models import Collection

    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    told = {"title": "Cat", "width": 400, "height": 300}
    image, _ = get_image_model().objects.get_or_create(file=PHOTO, defaults=told)
    return image.get_rendition(f"max-{size}x{size}").file


PACKAGES = {
    "easy-thumbnails": Package("easy_thumbnails", "easy-thumbnails", ("easy_thumbnails",), _easy, keeps=True),
    "sorl-thumbnail": Package("sorl", "sorl-thumbnail", ("sorl.thumbnail",), _sorl, keeps=False),
    "django-imagekit": Package("imagekit", "django-imagekit", ("imagekit",), _imagekit, keeps=True),
    "wagtail": Package(
        "wagtail",
        "wagtail",
        ("wagtail.images", "wagtail.search", "wagtail.admin", "wagtail.users", "wagtail", "taggit", "modelcluster"),
        _wagtail,
        keeps=True,
    ),
}
