from __future__ import annotations

import pytest

from medialift.report.table import columns, printable, shorten, table


def test_numbers_stand_right_and_names_left() -> None:
    assert table(["Field", "Rows"], [["blog.Post.cover", "12"], ["a", "1,204"]], width=80) == [
        "Field             Rows",
        "blog.Post.cover     12",
        "a                1,204",
    ]


def test_a_narrow_terminal_shortens_the_first_column_and_keeps_the_numbers() -> None:
    lines = table(["Field", "Rows"], [["application.VeryLongModelName.photograph", "1,204"]], width=30)
    assert lines == ["Field                     Rows", "application….photograph  1,204"]


@pytest.mark.parametrize("width", range(1, 20))
def test_shortening_never_exceeds_its_width_in_any_script(width: int) -> None:
    for text in ("abcdefghijklmnopqrstuvwxyz", "写真写真写真写真写真写真", "e\u0301" * 30, "🎉" * 15):
        assert columns(shorten(text, width)) <= width


def test_what_fits_is_left_alone() -> None:
    assert shorten("photo.jpg", 9) == "photo.jpg"
    assert shorten("photograph.jpg", 9) == "phot….jpg"


def test_wide_characters_count_two_and_combining_marks_none() -> None:
    assert columns("写真") == 4
    assert columns("e\u0301") == 1


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31mb", "a\u202eb", "a\udce9b", "a\x00b", "a\u2028b"])
def test_a_name_cannot_break_out_of_its_line_or_its_encoding(name: str) -> None:
    shown = printable(name)
    assert shown.startswith("a\\")
    assert shown.isprintable()
    shown.encode("utf-8")


def test_ordinary_names_in_every_script_are_shown_as_they_are() -> None:
    for name in ("Übergrößen/é.jpg", "写真/富士山.avif", "party 🎉.png", "a b+c%20.txt"):
        assert printable(name) == name
