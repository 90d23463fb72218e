"""The demo's chapters. Each does one thing for real and then tests what it claims to have done."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from example.data import awkward
from example.data.pictures import landscape
from example.data.walks import WALKS
from example.demo.bucket import NAME, PREFIX, Bucket
from example.demo.pages import Browser, Fields
from example.demo.report import Holding, Report
from example.demo.site import Site, digest_of, digests

PAIR = ("--from", "default", "--to", "cloud")
ALBUM = WALKS[-1].slug
REFUSED = frozenset({400, 401, 403})
UPLOAD = "the pier, one last time.jpg"


@dataclass(frozen=True)
class Story:
    """What every chapter works on. ``home`` is the site with its media on disk."""

    report: Report
    home: Site
    bucket: Bucket
    browser: Browser
    photos: int
    """How many photos each album gets."""

    @property
    def abroad(self) -> Site:
        """The same site with its media in the bucket: one variable of the environment."""
        return self.home.with_environment(MEDIA_STORAGE_URL=self.bucket.dsn)

    def hold(self, place: str, listing: Mapping[str, str], folder: Path) -> None:
        """Note for the sum what lies in a place, as *folder* shows it."""
        size = sum((folder / name).stat().st_size for name in listing)
        self.report.holdings.append(Holding(place, len(listing), size, digest_of(listing)))

    def download(self, name: str) -> tuple[dict[str, str], Path]:
        """What the bucket holds right now, through a client that is not ours."""
        folder = self.home.data.parent / name
        self.bucket.download(folder)
        return digests(folder), folder


def build(story: Story) -> dict[str, str]:
    """A site with its media on disk."""
    report, site = story.report, story.home
    report.chapter("A site with its media on disk")
    site.manage("migrate", "--verbosity", "0")
    report.say(
        site.manage("make_data", "--photos", str(story.photos)).replace(str(site.data.parent.parent.parent) + "/", "")
    )
    originals = digests(site.media)
    story.hold("on disk, before", originals, site.media)
    odd = [name for name in awkward.NAMES if name in originals]
    report.claim(
        f"{len(odd)} names are awkward on purpose: café twice, 🌊, %, #, ?, 246 bytes", odd == list(awkward.NAMES)
    )
    with site.running() as address:
        images = story.browser.page(f"{address}/albums/{ALBUM}/").images
        own = [url for url in images if url.startswith(address)]
        report.claim(f"an album shows {len(images)} images, all from the site's own disk", 0 < len(images) == len(own))
    return originals


def plan(story: Story) -> None:
    """The dry run."""
    report, site = story.report, story.home
    report.chapter("The plan")
    database = (site.data / "db.sqlite3").read_bytes()
    arguments = ("medialift", "plan", *PAIR)
    report.show(f"manage.py {' '.join(arguments)}", site.manage(*arguments))
    found = site.ask("plan", *PAIR)
    missing = sum(entry["missing_rows"] for entry in found if entry["type"] == "field")
    report.claim(f"it knows the {missing} rows whose file was lost long ago", missing == len(awkward.MISSING))
    told = [entry["text"] for entry in found if entry["type"] == "note" and awkward.LINK_OUTSIDE in entry["text"]]
    report.claim("it tells of the link that leads out of MEDIA_ROOT, and leaves it alone", len(told) == 1, notes=told)
    empty = not [path for path in story.bucket.folder.rglob("*") if path.is_file()]
    same = (site.data / "db.sqlite3").read_bytes() == database
    report.claim("it wrote nothing: the bucket is empty, the database is byte for byte the same", empty and same)


def move(story: Story, originals: Mapping[str, str]) -> str:
    """Copy and verify everything; gives the move's id."""
    report, site = story.report, story.home
    report.chapter("The move")
    arguments = ("medialift", "migrate", *PAIR)
    report.show(f"manage.py {' '.join(arguments)}", site.manage(*arguments))
    arrived, folder = story.download("in-the-bucket")
    story.hold("in the bucket, as rclone downloads it", arrived, folder)
    report.claim("the bucket holds every file, and the SHA-256 of each agrees", arrived == originals)
    report.claim("the source is untouched", digests(site.media) == originals)
    again = _last(site, "migrate", *PAIR)
    report.claim("run again, it sends nothing", again["complete"] and not again["copied"]["files"], **again)
    return str(again["move"])


def prove(story: Story, move: str) -> None:
    """Deep verification, a flipped byte, and a certificate that others can check."""
    report, site = story.report, story.home
    report.chapter("The proof")
    deep = _last(site, "verify", move, "--deep")
    report.claim(
        f"verify --deep fetched and hashed all {deep['reread']} objects", deep["not_verified"] == 0 < deep["reread"]
    )
    victim = story.bucket.files / awkward.SHARED
    body = victim.read_bytes()
    victim.write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    flipped = [entry for entry in site.ask("verify", move, "--deep", accept=(1,)) if entry["type"] == "not_verified"]
    victim.write_bytes(body)
    names = [entry["name"] for entry in flipped]
    report.claim(
        "one byte flipped in the bucket: it names that file, and no other", names == [awkward.SHARED], names=names
    )
    again = _last(site, "migrate", *PAIR)
    report.claim("the byte put back and the move run again: the file is proved anew", again["complete"], **again)
    certificate = _last(site, "certificate", move, "--output", str(site.data / "certificate"))
    report.claim("the certificate is complete", certificate["complete"], **certificate)
    _check_sums(story, "sha256sum -c agrees on a download", site.data.parent / "in-the-bucket")


def switch(story: Story, originals: Mapping[str, str]) -> None:
    """Serve the site from the bucket, with the disk thrown away."""
    report, browser = story.report, story.browser
    report.chapter("The switch")
    report.say("The host throws its disk away: media/ is emptied. MEDIA_STORAGE_URL now names the bucket.")
    story.home.media.rename(story.home.data / "media-before")
    story.home.media.mkdir()
    with story.abroad.running() as address:
        urls = _media_of(story, address)
        there = [url for url in urls if urlsplit(url).netloc == story.bucket.host]
        report.claim(
            f"all {len(urls)} images and files on its pages are at {story.bucket.host}", 0 < len(there) == len(urls)
        )
        gone = [url for url in there if _name(url) in awkward.MISSING]
        whole = [url for url in there if url not in gone]
        equal = [url for url in whole if hashlib.sha256(browser.fetch(url)).hexdigest() == originals[_name(url)]]
        report.claim(
            f"{len(equal)} of them fetched: the SHA-256 of each is the original's", 0 < len(whole) == len(equal)
        )
        report.claim(
            f"the {len(gone)} that were lost before are lost still: 404",
            all(browser.status(url) == 404 for url in gone),
        )
        bare = [browser.status(whole[0].partition("?")[0]), browser.status(whole[0][:-4] + "beef")]
        report.claim(
            "without its signature, or with a wrong one, a link opens nothing", {*bare} <= REFUSED, answers=bare
        )
        _upload(story, address, originals)


def _upload(story: Story, address: str, originals: Mapping[str, str]) -> None:
    picture = story.home.data / UPLOAD
    _paint(picture)
    form = f"{address}/upload/"
    page = story.browser.page(form)
    image = (UPLOAD, picture.read_bytes(), "image/jpeg")
    fields: Fields = {"album": str(len(WALKS)), "title": "One last time", "image": image}
    story.browser.submit(form, page, fields)
    arrived, folder = story.download("after-the-upload")
    story.hold("in the bucket, after an upload", arrived, folder)
    new = sorted(set(arrived) - set(originals))
    digest = hashlib.sha256(picture.read_bytes()).hexdigest()
    sent = [name for name in new if arrived[name] == digest]
    report = story.report
    report.claim(
        "a photo added through the site's form is in the bucket, with its thumbnail", len(new) == 2 and len(sent) == 1
    )
    shown = story.browser.page(f"{address}/albums/{ALBUM}/").images
    seen = [url for url in shown if _name(url) in new and story.browser.fetch(url)]
    report.claim("and its album shows it", len(seen) == 1, seen=seen)
    report.claim("nothing was written to the disk", not any(story.home.media.iterdir()))


def come_home(story: Story, move: str, originals: Mapping[str, str]) -> None:
    """Bring everything back onto an empty disk."""
    report, site = story.report, story.home
    report.chapter("Home again")
    arguments = ("medialift", "back", move)
    report.show(f"manage.py {' '.join(arguments)}", story.abroad.manage(*arguments))
    home = digests(site.media)
    arrived, _ = story.download("at-the-end")
    story.hold("home again", home, site.media)
    old = {name: digest for name, digest in home.items() if name in originals}
    story.hold("home again, without the upload", old, site.media)
    report.claim("every original is home: names and SHA-256 are what they were", old == originals)
    report.claim(
        "so is what was added meanwhile, and nothing else", home == arrived and len(home) == len(originals) + 2
    )
    _check_sums(story, "sha256sum -c agrees at home", site.media)
    with site.running() as address:
        images = story.browser.page(f"{address}/albums/{ALBUM}/").images
        own = [url for url in images if url.startswith(address) and story.browser.fetch(url)]
        report.claim(f"the album shows its {len(images)} images from the disk again", 0 < len(images) == len(own))


def _last(site: Site, verb: str, *arguments: str) -> dict[str, Any]:
    return site.ask(verb, *arguments)[-1]


def _check_sums(story: Story, text: str, folder: Path) -> None:
    sums = story.home.data / "certificate" / "SHA256SUMS"
    command = ["sha256sum", "--check", "--strict", str(sums)]
    checked = subprocess.run(command, cwd=folder, capture_output=True)
    good = checked.stdout.decode().count(": OK\n")
    lines = len(sums.read_text().splitlines())
    story.report.claim(f"{text}: {good} of {lines} OK", checked.returncode == 0 and 0 < good == lines)


def _media_of(story: Story, address: str) -> list[str]:
    """Every image and file that the site's pages show or link to."""
    index = story.browser.page(address + "/")
    albums = [link for link in index.links if "/albums/" in link]
    pages = [index, *(story.browser.page(link) for link in [*albums, address + "/documents/"])]
    urls = {url for page in pages for url in page.images}
    return sorted(urls | {url for page in pages for url in page.links if not url.startswith(address)})


def _name(url: str) -> str:
    return unquote(urlsplit(url).path).removeprefix(f"/{NAME}/{PREFIX}/")


def _paint(path: Path) -> None:
    landscape((1200, 800), WALKS[-1].palette, path.name).save(path, quality=85)
