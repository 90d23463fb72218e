"""The example holds what a real site holds: the awkward with the ordinary."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from example.data import awkward
from example.data.papers import text
from example.data.pictures import landscape
from example.data.walks import WALKS
from example.demo.site import Site, digests
from tests.example.conftest import made


def column(site: Site, query: str) -> list[str | None]:
    with closing(sqlite3.connect(site.data / "db.sqlite3")) as database:
        return [row[0] for row in database.execute(query)]


def names(site: Site) -> list[str | None]:
    return column(site, "SELECT file FROM gallery_document UNION ALL SELECT image FROM gallery_photo")


def test_equal_content_is_made_every_time(site: Site, tmp_path: Path) -> None:
    again = made(tmp_path)
    assert digests(again.media) == digests(site.media)
    assert sorted(map(str, names(again))) == sorted(map(str, names(site)))


def test_a_site_that_holds_files_is_left_alone(site: Site) -> None:
    with pytest.raises(RuntimeError, match="already holds files"):
        site.manage("make_data")


@pytest.mark.parametrize("name", [*awkward.NAMES, awkward.EMPTY, awkward.SHARED, awkward.LINK_INSIDE[0]])
def test_an_awkward_name_lies_on_disk_as_its_row_says(site: Site, name: str) -> None:
    assert name in names(site)
    assert name in {path.relative_to(site.media).as_posix() for path in site.media.rglob("*")}


def test_the_awkward_names_cover_what_they_should() -> None:
    every = "".join(awkward.NAMES)
    assert [sign for sign in " +%#?&'\"[]~" if sign not in every] == []
    assert f"documents/caf{awkward.E_COMPOSED}.txt" != f"documents/caf{awkward.E_DECOMPOSED}.txt"
    assert max(len(Path(name).name.encode()) for name in awkward.NAMES) > 200


def test_the_empty_file_is_empty_and_the_largest_goes_up_in_parts(site: Site) -> None:
    sizes = {path: path.stat().st_size for path in site.media.rglob("*") if path.is_file()}
    assert sizes[site.media / awkward.EMPTY] == 0
    assert max(sizes.values()) > 20 * 1024 * 1024


def test_some_rows_share_a_file_and_some_have_none(site: Site) -> None:
    found = names(site)
    assert found.count(awkward.SHARED) == len(awkward.SHARED_BY)
    assert [found.count(None), found.count("")] == [1, 1]


def test_some_rows_name_a_file_that_is_gone(site: Site) -> None:
    assert [name for name in awkward.MISSING if name in names(site) and not (site.media / name).exists()] == list(
        awkward.MISSING
    )


def test_some_files_are_named_by_no_row(site: Site) -> None:
    assert [name for name in awkward.LEFTOVERS if (site.media / name).is_file()] == list(awkward.LEFTOVERS)
    assert list((site.media / "thumbnails").rglob("*.jpg"))
    assert not [name for name in names(site) if name and (name in awkward.LEFTOVERS or "thumbnails" in name)]


def test_one_link_stays_inside_and_one_leads_out(site: Site) -> None:
    inside, outside = site.media / awkward.LINK_INSIDE[0], site.media / awkward.LINK_OUTSIDE
    assert [inside.is_symlink(), outside.is_symlink()] == [True, True]
    assert inside.resolve().is_relative_to(site.media.resolve())
    assert not outside.resolve().is_relative_to(site.media.resolve())


def test_pictures_are_pictures_and_papers_are_papers(site: Site) -> None:
    for path in site.media.rglob("*.jpg"):
        with Image.open(path) as image:
            image.verify()
    papers = [path.read_bytes() for path in site.media.rglob("*.pdf")]
    assert len(papers) > 30
    assert all(body.startswith(b"%PDF-") and body.rstrip().endswith(b"%%EOF") for body in papers)


def test_another_seed_paints_another_landscape() -> None:
    same, other = (landscape((60, 40), WALKS[0].palette, seed).tobytes() for seed in ("a", "b"))
    assert same == landscape((60, 40), WALKS[0].palette, "a").tobytes() != other
    assert text("a") != text("b")
