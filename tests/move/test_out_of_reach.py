"""A file that the site can read and the store leaves out is never taken for missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from medialift.move import listings, run
from medialift.move.journal import Tally
from medialift.stores.memory import MemoryStore
from medialift.types import Action, ObjectInfo, OutOfReach, Reference, State, Step
from tests.move.worlds import FIELD, disk, job, memory, rows


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """A folder with one ordinary file, and beside it one that a link leads to."""
    disk(tmp_path / "media", {"a.jpg": b"a"})
    (tmp_path / "office").mkdir()
    (tmp_path / "office" / "report.pdf").write_bytes(b"report")
    (tmp_path / "media" / "report.pdf").symlink_to(tmp_path / "office" / "report.pdf")
    return tmp_path / "media"


def test_it_keeps_the_move_open_until_the_file_lies_inside(media: Path) -> None:
    work = job(disk(media), memory(name="target"), rows("report.pdf", "gone.pdf"))
    result = run.migrate(work)
    assert not result.complete
    assert result.states[State.OUT_OF_REACH] == Tally(1, 0)
    assert result.states[State.MISSING_AT_BASELINE] == Tally(1, 0)
    (found,) = work.journal.recorded([State.OUT_OF_REACH])
    assert found.item.name == "report.pdf"
    assert found.reason == f"a link leads it out of the folder, to {media.parent}/office/report.pdf"

    (media / "report.pdf").unlink()
    (media / "report.pdf").write_bytes(b"report")
    result = run.migrate(work)
    assert result.complete
    assert State.OUT_OF_REACH not in result.states


def test_the_plan_says_so_by_name(media: Path) -> None:
    steps: list[Step] = []
    summary = run.plan(job(disk(media), memory(), rows("report.pdf", "gone.pdf")), each=steps.append)
    told = {step.item.name: step.action for step in steps}
    assert told == {"a.jpg": Action.COPY, "report.pdf": Action.OUT_OF_REACH, "gone.pdf": Action.MISSING}
    assert (summary.out_of_reach.count, summary.missing.count) == (1, 1)
    count = summary.fields[FIELD]
    assert (count.files, count.out_of_reach_rows, count.missing_rows) == (0, 1, 1)


def test_a_copy_that_was_proved_before_does_not_stand_for_what_the_site_reads_now(media: Path) -> None:
    (media / "report.pdf").unlink()
    (media / "report.pdf").write_bytes(b"before")
    work = job(disk(media), memory(name="target"), rows("report.pdf"))
    assert run.migrate(work).complete
    (media / "report.pdf").unlink()
    (media / "report.pdf").symlink_to(media.parent / "office" / "report.pdf")
    assert State.OUT_OF_REACH in run.migrate(work).states


def test_the_lists_of_missing_rows_tell_them_apart(media: Path) -> None:
    told = list(listings.missing(job(disk(media), memory(), rows("report.pdf", "gone.pdf"))))
    assert told == [
        Reference("gone.pdf", FIELD, "2"),
        OutOfReach(
            Reference("report.pdf", FIELD, "1"),
            f"a link leads it out of the folder, to {os.path.realpath(media.parent)}/office/report.pdf",
        ),
    ]


def test_a_bucket_is_asked_only_about_names_that_are_no_places_in_it() -> None:
    asked: list[str] = []

    class Counting(MemoryStore):
        def head(self, key: str) -> ObjectInfo:
            asked.append(key)
            return super().head(key)

    source = Counting("source")
    source.put("a.jpg", b"a")
    summary = run.plan(job(source, memory(name="target"), rows("/a.jpg", "../b.jpg", "gone.jpg")))
    assert [step.item.name for step in summary.out_of_reach.first] == ["/a.jpg"]
    assert sorted(step.item.name for step in summary.missing.first) == ["../b.jpg", "gone.jpg"]
    assert sorted(asked) == ["a.jpg", "b.jpg"]
