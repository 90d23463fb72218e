from __future__ import annotations

import pytest

from medialift.content_types import UNKNOWN, guess, served_type


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.jpg", "image/jpeg"),
        ("A.JPG", "image/jpeg"),
        ("photos/a.avif", "image/avif"),
        ("a.webp", "image/webp"),
        ("a.heic", "image/heic"),
        ("a.svg", "image/svg+xml"),
        ("a.pdf", "application/pdf"),
        ("a.mp4", "video/mp4"),
        ("a.tar.gz", "application/gzip"),
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("data:text/html,x.png", "image/png"),
        ("noname", UNKNOWN),
        ("folder.jpg/noname", UNKNOWN),
        (".jpg", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_the_name_tells(name: str, kind: str) -> None:
    assert guess(name) == kind


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
        (b"GIF89a\x01", "image/gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", UNKNOWN),
        (b"\x00\x00\x00\x20ftypavif\x00", "image/avif"),
        (b"\x00\x00\x00\x18ftypheic\x00", "image/heic"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"PK\x03\x04\x14\x00", "application/zip"),
        (b"<svg xmlns='x'>", "image/svg+xml"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- made by hand -->\n<svg>", "image/svg+xml"),
        (b"<?xml version='1.0'?><html>", UNKNOWN),
        (b"<html>", UNKNOWN),
        (b"hello", UNKNOWN),
        (b"", UNKNOWN),
    ],
)
def test_the_bytes_tell_where_the_name_says_nothing(start: bytes, kind: str) -> None:
    assert guess("noname", start) == kind


def test_the_name_is_believed_before_the_bytes() -> None:
    assert guess("a.txt", b"\xff\xd8\xff") == "text/plain"


@pytest.mark.parametrize(
    ("name", "start", "told", "kind"),
    [
        ("a.jpg", b"", "text/html", "image/jpeg"),
        ("a.jpg", b"<script>", "text/html", "image/jpeg"),
        ("noname", b"\x89PNG\r\n\x1a\n", "text/html", "image/png"),
        ("noname", b"<script>", "text/html", UNKNOWN),
        ("noname", b"<script>", "Image/SVG+xml; charset=utf-8", UNKNOWN),
        ("noname", b"x", "no type at all", UNKNOWN),
        ("noname", b"x", "text/plain\r\nX: y", UNKNOWN),
        ("noname", b"x", "", UNKNOWN),
        ("a.own", b"x", "application/x-own", "application/x-own"),
        ("a.own", b"x", "text/plain; charset=utf-8", "text/plain; charset=utf-8"),
    ],
)
def test_an_uploads_word_counts_only_where_name_and_bytes_are_silent(
    name: str, start: bytes, told: str, kind: str
) -> None:
    assert served_type(name, start, told) == kind
