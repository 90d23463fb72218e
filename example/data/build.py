"""Files the example's content under MEDIA_ROOT, and the rows that name it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from example.data import awkward, papers
from example.data.pictures import Palette, landscape
from example.data.size import Size
from example.data.walks import PHOTOGRAPHERS, WALKS, Walk
from example.gallery.models import Album, Document, Photo, Photographer, Print
from example.gallery.thumbnails import thumbnail, thumbnail_name

SIZES = ((960, 640), (1200, 800), (640, 960), (1440, 960))
PLATE_SIZE = (2900, 2500)


def build(media: Path, size: Size) -> None:
    """Fill *media* (a new folder) and the database."""
    photographers = [_photographer(media, name) for name in PHOTOGRAPHERS]
    for number, walk in enumerate(WALKS, start=1):
        album = _album(media, walk)
        photos = [_photo(media, album, walk, number, place) for place in range(1, size.photos + 1)]
        for photo, photographer in zip(photos, photographers, strict=False):
            photo.photographer = photographer
        Photo.objects.bulk_create(photos)
        _print(media, album, walk, number)
    Document.objects.bulk_create(_documents(media, size))
    _awkward(media)


def _write(media: Path, name: str, body: bytes) -> str:
    path = media / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return name


def _paint(media: Path, name: str, size: tuple[int, int], palette: Palette) -> str:
    path = media / name
    path.parent.mkdir(parents=True, exist_ok=True)
    landscape(size, palette, name).save(path, quality=82)
    return name


def _photographer(media: Path, name: str) -> Photographer:
    slug = name.split()[0].lower()
    portrait = _paint(media, f"portraits/{slug}.png", (240, 240), WALKS[0].palette)
    return Photographer.objects.create(id=uuid5(NAMESPACE_URL, slug), name=name, portrait=portrait)


def _album(media: Path, walk: Walk) -> Album:
    cover = _paint(media, f"covers/{walk.slug}.jpg", (900, 600), walk.palette)
    return Album.objects.create(slug=walk.slug, title=walk.title, story=walk.story, cover=cover)


def _photo(media: Path, album: Album, walk: Walk, month: int, place: int) -> Photo:
    width, height = SIZES[place % len(SIZES)]
    name = _paint(media, f"photos/2024/{month:02}/{walk.slug}-{place:02}.jpg", (width, height), walk.palette)
    with (media / name).open("rb") as picture:
        small = _write(media, thumbnail_name(name), thumbnail(picture).getvalue())
    title = f"{walk.title}, {place}"
    return Photo(album=album, title=title, image=name, width=width, height=height, thumbnail=small)


def _print(media: Path, album: Album, walk: Walk, month: int) -> None:
    photo = _photo(media, album, walk, month, 0)
    certificate = _write(media, f"prints/{walk.slug}.pdf", papers.pdf(f"Print: {walk.title}", walk.palette))
    Print.objects.create(
        album=album, title=f"{walk.title}, the print", image=photo.image.name, width=photo.width,
        height=photo.height, thumbnail=photo.thumbnail, certificate=certificate,
    )  # fmt: skip


def _documents(media: Path, size: Size) -> Iterator[Document]:
    for number in range(1, size.papers + 1):
        title = f"Paper {number}"
        palette = WALKS[number % len(WALKS)].palette
        yield Document(title=title, file=_write(media, f"documents/papers-{number:03}.pdf", papers.pdf(title, palette)))
    for number in range(1, size.notes + 1):
        title = f"Note {number}"
        yield Document(title=title, file=_write(media, f"documents/notes/{number:03}.txt", papers.text(title)))
    plate = papers.plate(PLATE_SIZE, WALKS[-1].palette)
    yield Document(title="Plate 1, scanned", file=_write(media, "documents/plate-1.tif", plate))


def _awkward(media: Path) -> None:
    rows = [Document(title=f"Odd: {name}", file=_write(media, name, papers.text(name))) for name in awkward.NAMES]
    rows.append(Document(title="Empty", file=_write(media, awkward.EMPTY, b"")))
    _write(media, awkward.SHARED, papers.pdf("Statutes", WALKS[1].palette))
    rows += [Document(title=title, file=awkward.SHARED) for title in awkward.SHARED_BY]
    rows += [Document(title=f"Lost: {name}", file=name) for name in awkward.MISSING]
    rows += [Document(title=title, file="") for title in (awkward.EMPTY_ROW, awkward.NULL_ROW)]
    for name in awkward.LEFTOVERS:
        _write(media, name, papers.text(name))
    rows.append(Document(title="Newest paper", file=_links(media)))
    Document.objects.bulk_create(rows)
    # A FileField writes None as '': only an update makes a NULL, as raw SQL and old schemas have it.
    Document.objects.filter(title=awkward.NULL_ROW).update(file=None)


def _links(media: Path) -> str:
    name, target = awkward.LINK_INSIDE
    (media / name).symlink_to(target)
    outside = media.parent / "office-drive"
    outside.mkdir(exist_ok=True)
    (outside / "rota.txt").write_bytes(papers.text("Rota"))
    (media / awkward.LINK_OUTSIDE).symlink_to(outside, target_is_directory=True)
    return name
