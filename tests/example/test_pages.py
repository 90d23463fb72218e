"""The example is a site: its pages show its files, and its form takes new ones."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import unquote, urlsplit

from PIL import Image

from example.data.walks import PHOTOGRAPHERS, WALKS
from example.demo.pages import Browser
from example.demo.site import Site, digests


def on_disk(site: Site, url: str) -> bytes:
    return (site.media / unquote(urlsplit(url).path).removeprefix("/media/")).read_bytes()


def test_pages_show_the_files_of_the_disk(site: Site) -> None:
    browser = Browser()
    with site.running() as address:
        index, album = browser.page(address), browser.page(f"{address}/albums/salt-marsh/")
        shown = [*index.images, *album.images]
        assert len(index.images) == len(WALKS) + len(PHOTOGRAPHERS)
        assert len(album.images) == 2
        assert all(browser.fetch(url) == on_disk(site, url) for url in shown)


def test_a_photo_and_its_thumbnail_are_added_through_the_form(own_site: Site) -> None:
    browser, picture = Browser(), io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(picture, "JPEG")
    before = digests(own_site.media)
    with own_site.running() as address:
        form = browser.page(f"{address}/upload/")
        image = ("tëal.jpg", picture.getvalue(), "image/jpeg")
        browser.submit(f"{address}/upload/", form, {"album": "1", "title": "Teal", "image": image})
        assert len(browser.page(f"{address}/albums/first-light/").images) == 3
    added = sorted(Path(name).name for name in set(digests(own_site.media)) - set(before))
    assert added == ["tëal.jpg", "tëal.jpg.jpg"]
