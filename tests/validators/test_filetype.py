from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from medialift.content_types import guess
from medialift.validators import Candidate, FileType, check
from tests.validators.samples import EXE, GOOD, PDF, SVG, candidate, picture


def refused(rule: FileType, name: str, data: bytes) -> str:
    with pytest.raises(ValidationError) as caught:
        rule.check(candidate(name, data))
    return caught.value.code or ""


@pytest.mark.parametrize("name", GOOD)
def test_a_file_that_is_what_its_name_says_passes_by_ending_and_by_type(name: str) -> None:
    FileType([f".{name.rpartition('.')[2].lower()}"]).check(candidate(name, GOOD[name]))
    FileType([guess(name)]).check(candidate(name, GOOD[name]))


def may_pass(ours: str, theirs: str) -> bool:
    """Whether a file of the first kind may rightly have a name of the second."""
    played = {ours.partition("/")[0], theirs.partition("/")[0]} <= {"audio", "video"}
    worded = theirs == "text/csv" and (ours.startswith("text/") or ours.endswith("json"))
    return ours == theirs or played or worded


PAIRS = [
    (name, other)
    for name in GOOD
    for other in ("a.jpg", "a.pdf", "a.mp4", "a.docx", "a.zip", "a.csv")
    if not may_pass(guess(name), guess(other))
]


@pytest.mark.parametrize(("name", "other"), PAIRS)
def test_a_file_under_another_formats_name_is_refused(name: str, other: str) -> None:
    rule = FileType(["image/*", "video/*", "audio/*", "text/csv", ".pdf", ".docx", ".zip"])
    assert refused(rule, other, GOOD[name]) == "type_mismatch"


@pytest.mark.parametrize("name", ["a.jpg", "a.pdf", "a.txt", "a.docx", "a.mp4", "a", "a.unheard"])
@pytest.mark.parametrize(
    "data", [EXE, b"\x7fELF\2\1\1" + bytes(60), b"\x00\x01\x02garbage" * 9], ids=["exe", "elf", "junk"]
)
def test_programs_and_garbage_pass_under_no_name(name: str, data: bytes) -> None:
    assert refused(FileType(["image/*", "video/*", "text/plain", "application/pdf", ".docx"]), name, data)


@pytest.mark.parametrize("data", [SVG, b"<!doctype html><p>", b"  <script>alert(1)</script>", b"<?php echo 1;"])
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.txt", "a.csv", "a.pdf", "noname"])
def test_markup_passes_under_no_innocent_name(name: str, data: bytes) -> None:
    assert refused(FileType(["image/*", "text/*", ".pdf"]), name, data) in ("type_mismatch", "type_not_allowed")


def test_image_star_never_means_svg_but_svg_can_be_named() -> None:
    assert refused(FileType(["image/*"]), "a.svg", SVG) == "type_not_allowed"
    FileType(["image/svg+xml"]).check(candidate("a.svg", SVG))
    FileType([".svg"]).check(candidate("a.svg", SVG))


def test_an_ending_that_no_table_knows_takes_data_and_text_and_no_known_format() -> None:
    rule = FileType([".gpx", ".sav"])
    rule.check(candidate("a.gpx", b"<?xml version='1.0'?><gpx/>"))
    rule.check(candidate("a.sav", b"\x00\x01\x02\x03\x04savegame"))
    assert refused(rule, "a.sav", EXE) == "type_not_allowed"
    assert refused(rule, "a.gpx", b"<html>") == "type_not_allowed"


def test_one_ending_of_a_format_stands_for_the_others() -> None:
    FileType([".jpg"]).check(candidate("a.jpeg", picture("JPEG")))


def test_the_message_says_what_is_wrong_in_plain_words() -> None:
    with pytest.raises(ValidationError) as caught:
        FileType(["image/*"]).check(candidate("holiday.jpg", PDF))
    assert caught.value.messages == [
        "The name of this file ends in “.jpg”, but it is something else: a PDF document. "
        "Rename it, or save it in the right format."
    ]
    with pytest.raises(ValidationError) as caught:
        FileType(["image/*", ".csv"]).check(candidate("a.pdf", PDF))
    assert caught.value.messages == [
        "Files of this kind (a PDF document) are not accepted here. Accepted are: images, .csv."
    ]


def test_the_first_bytes_are_enough_to_judge_and_without_any_it_is_not_judged() -> None:
    rule = FileType([".docx"])
    check(Candidate("a.docx", 10_000, head=GOOD["a.docx"][:64]), [rule])
    check(Candidate("a.docx", 10_000), [rule])
    check(Candidate("noname", 10_000), [rule])
    with pytest.raises(ValidationError):
        check(Candidate("a.docx", 10_000, head=EXE), [rule])


@pytest.mark.parametrize(
    ("accept", "name"),
    [([".jpg"], "evil.exe"), (["image/*"], "a.html"), (["image/*"], "a.svg"), ([".docx", ".sav"], "a.doc")],
)
def test_a_name_that_is_not_accepted_is_refused_before_a_byte_is_sent(accept: list[str], name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        check(Candidate(name, 10**9), [FileType(accept)])
    assert [problem.code for problem in caught.value.error_list] == ["type_not_allowed"]


def test_an_ending_that_nobody_knows_is_named_as_it_is() -> None:
    with pytest.raises(ValidationError, match=r"this kind \(\.exe\)"):
        FileType([".pdf"]).check(candidate("a.exe", EXE))


def test_everything_is_all_that_no_browser_runs() -> None:
    rule = FileType(["*/*"])
    for name, data in (("a.jpg", picture("JPEG")), ("a.pdf", PDF), ("a.unheard", b"\x00\x01data"), ("noname", b"text")):
        rule.check(candidate(name, data))
    assert refused(rule, "a.svg", SVG) == "type_not_allowed"
    assert refused(rule, "a.jpg", PDF) == "type_mismatch"


@pytest.mark.parametrize("accept", [["pdf"], "jpg,.png", ["image"]])
def test_a_word_that_is_not_written_as_in_html_is_told(accept: list[str] | str) -> None:
    with pytest.raises(ValueError, match="written as in HTML"):
        FileType(accept)
