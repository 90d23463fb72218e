from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from medialift.errors import AccessDeniedError, MedialiftError
from medialift.report import text
from medialift.report.reports import Report
from medialift.report.site_values import RestorationReport, RestoreEnd, VersionReport
from medialift.report.table import columns
from medialift.report.values import Listing, ListingEnd, Place, Problem
from medialift.types import ObjectInfo, Reference, State, StoreIdentity
from tests.report.samples import GONE, OLD, SAMPLES, small_plan_report, steps

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", SAMPLES)
def test_a_report_looks_as_agreed(name: str) -> None:
    shown = "\n".join(text.lines(SAMPLES[name], 80)) + "\n"
    assert shown == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_sample() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(SAMPLES)


def _may_be_long(line: str) -> bool:
    """What a person pastes is never cut."""
    return line.startswith(("Next:", "Back:", "    ", "Check ", "  and "))


@pytest.mark.parametrize("width", [50, 60, 80, 120])
@pytest.mark.parametrize("name", SAMPLES)
def test_a_report_fits_the_terminal(name: str, width: int) -> None:
    for line in text.lines(SAMPLES[name], width):
        assert columns(line) <= width or _may_be_long(line), line


def test_the_plan_of_an_ordinary_site_takes_twenty_lines_at_most() -> None:
    assert len(text.lines(small_plan_report(), 80)) <= 20


@pytest.mark.parametrize("name", ["plan", "plan-small"])
def test_a_plan_says_first_that_nothing_was_changed_and_last_what_to_type(name: str) -> None:
    shown = text.lines(SAMPLES[name], 80)
    assert shown[0].startswith("Nothing has been changed")
    assert shown[-1].startswith("Next:  python manage.py medialift migrate")


def test_of_many_stores_that_rows_choose_the_first_few_are_named_and_the_others_counted() -> None:
    stores = tuple((Place(f"tenant-{n}", StoreIdentity("s3", f"b{n}")), 9 - n) for n in range(8))
    said = " ".join(" ".join(text.lines(replace(small_plan_report(), chosen={"crm.Scan.file": stores}), 80)).split())
    assert "By row crm.Scan.file: each row chooses its storage: 9 rows in tenant-0, 8 rows in tenant-1," in said
    assert "5 rows in tenant-4, 9 rows in 3 more stores Effort" in said


def test_no_name_can_write_control_characters_to_the_terminal() -> None:
    evil = "a\x1b[2J\nb\u202e\udcff.jpg"
    for report in (
        Problem(evil, State.FAILED, evil, {}),
        Reference(evil, "gallery.Photo.image", "1"),
        ObjectInfo(evil, 3),
    ):
        (line,) = text.lines(report)
        assert line.replace("\t", "").isprintable()


def test_listings_are_one_line_each_with_tabs_between() -> None:
    assert text.lines(Reference("a b.jpg", "gallery.Photo.image", "7")) == ["a b.jpg\tgallery.Photo.image\t7"]
    assert text.lines(ObjectInfo("thumbs/1.jpg", 9000)) == ["thumbs/1.jpg\t9000"]
    assert text.lines(Problem("a.jpg", State.NAME_INVALID_AT_TARGET, "too long", {})) == [
        "a.jpg\tname-invalid-at-target\ttoo long"
    ]


@pytest.mark.parametrize(
    ("end", "line"),
    [
        (ListingEnd(Listing.MISSING, 1, 0), "1 row whose file is not there. Nothing has been changed."),
        (ListingEnd(Listing.ORPHANS, 2, 2048), "2 files (2.0 KiB) that no row names. Nothing has been changed."),
        (ListingEnd(Listing.PROBLEMS, 0, 0), "0 files to look at."),
    ],
)
def test_a_listing_ends_with_its_count(end: ListingEnd, line: str) -> None:
    assert text.lines(end) == [line]


def test_an_error_keeps_its_hint() -> None:
    error: MedialiftError = AccessDeniedError("not allowed", operation="put", key="a", store="r2:b", hint="ask for it")
    assert text.lines(error) == ["put 'a' at r2:b: not allowed", "  ask for it"]


def test_a_person_is_not_shown_every_step() -> None:
    assert text.lines(steps()[0]) == []


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (VersionReport("a.jpg", OLD), "2026-11-20 09:45 UTC\tearlier\t3145728\tv1\ta.jpg"),
        (VersionReport("a.jpg", GONE), "2026-11-20 09:45 UTC\tdeleted\t0\tv2\ta.jpg"),
        (
            RestorationReport("a.jpg", GONE, OLD),
            "a.jpg: 3.0 MiB of 2026-11-20 09:45 UTC, in the place of what is there now (deleted)",
        ),
        (RestoreEnd(0, 2), "2 files to bring back. Nothing has been changed."),
        (RestoreEnd(1, 2), "1 file brought back, 2 left."),
        (RestoreEnd(2, 0), "2 files brought back. Every version is still there."),
        (RestoreEnd(0, 0), "There is nothing to bring back."),
    ],
)
def test_a_restoration_is_told_in_lines(report: Report, line: str) -> None:
    assert text.lines(report) == [line]
