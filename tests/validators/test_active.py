from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from medialift.validators import ActiveContent, Candidate, check, sanitised
from medialift.validators.sanitise import LARGEST, sanitise_html, sanitise_svg
from tests.validators.samples import GOOD, SVG, candidate

HOSTILE_SVG = b"""<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9" onload="alert(1)">
<style>@import url(http://evil.example/x.css); rect { fill: url(http://evil.example/) }</style>
<script>alert(1)</script><script xlink:href="http://evil.example/x.js"/>
<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="alert(1)"/></body></foreignObject>
<a xlink:href="javascript:alert(1)"><rect width="5" height="5" onclick="x()"/></a>
<use xlink:href="http://evil.example/#a"/><image href="http://evil.example/a.png"/>
<circle r="2"/></svg>"""


RUNS = ("script", "onload", "onclick", "onerror", "foreignObject")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.svg", SVG),
        ("a.html", b"<p>hello"),
        ("a.htm", b"hello"),
        ("a.xhtml", b"hello"),
        ("a.js", b"alert(1)"),
        ("a.xml", b"<?xml version='1.0'?><a/>"),
        ("a.txt", b"<html>"),
        ("a.txt", b"\xff\xfe" + "<html>".encode("utf-16-le")),
        ("a.jpg", b"\xef\xbb\xbf \n<!-- x --><script>"),
        ("noname", b"<?xml version='1.0'?><x xmlns='http://www.w3.org/1999/xhtml'/>"),
        ("a.gpx", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY lol 'lol'>]><gpx/>"),
        ("shell.php", b"<?php system($_GET['c']);"),
        ("a.jpg", b"<?PHP system(1);"),
    ],
)
def test_what_a_browser_would_run_is_refused_by_name_or_bytes(name: str, data: bytes) -> None:
    with pytest.raises(ValidationError, match="can hold a program"):
        ActiveContent().check(candidate(name, data))


@pytest.mark.parametrize("name", [name for name in GOOD if name != "a.md"])
def test_other_files_pass(name: str) -> None:
    ActiveContent().check(candidate(name, GOOD[name]))


@pytest.mark.parametrize("start", [b"hello ", b"<!--" + b"x" * 5000 + b"-->"])
@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.xhtml"])
def test_a_page_is_sanitised_however_it_begins(name: str, start: bytes) -> None:
    page = start + b"<script>alert(1)</script>"
    assert b"script" not in sanitised(ContentFile(page, name=name)).read()
    assert b"script" not in sanitised(ContentFile(page), name).read()
    assert b"script" in sanitised(ContentFile(page, name="a.txt")).read()


def test_xml_that_no_browser_takes_for_xml_is_data() -> None:
    ActiveContent().check(candidate("track.gpx", b"<?xml version='1.0'?><gpx/>"))


def test_allowed_kinds_pass_and_only_they() -> None:
    rule = ActiveContent(allow=["image/svg+xml"])
    rule.check(candidate("a.svg", SVG))
    with pytest.raises(ValidationError):
        rule.check(candidate("a.svg", b"<html>"))


def test_a_drawing_loses_everything_that_runs_or_calls_elsewhere() -> None:
    cleaned = sanitise_svg(HOSTILE_SVG).decode()
    assert "<circle" in cleaned
    assert "<rect" in cleaned
    for word in (*RUNS, 'href="http', "url(http"):
        assert word not in cleaned
    ActiveContent(allow=["image/svg+xml"]).check(candidate("a.svg", cleaned.encode()))


def test_entities_cannot_read_files_nor_grow() -> None:
    outside = b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG.replace(
        b"<rect", b"<text>&x;</text><rect"
    )
    grown = b'<!DOCTYPE svg [<!ENTITY a "' + b"x" * 1000 + b'"><!ENTITY b "' + b"&a;" * 1000 + b'">]>'
    for data in (outside, grown + SVG.replace(b"<rect", b"<text>&b;&b;</text><rect")):
        try:
            cleaned = sanitise_svg(data)
        except ValidationError:
            continue
        assert b"root:" not in cleaned
        assert len(cleaned) < len(data)


def test_a_program_that_the_sanitiser_leaves_is_refused() -> None:
    moving = SVG.replace(b"<rect", b'<animate attributeName="href" values="javascript:alert(1)"/><rect')
    with pytest.raises(ValidationError, match="cannot be taken out"):
        sanitise_svg(moving)


@pytest.mark.parametrize("damaged", [b"<svg", b"<svg><g></svg>", b"hello", b""])
def test_a_damaged_drawing_is_told(damaged: bytes) -> None:
    with pytest.raises(ValidationError, match="damaged"):
        sanitise_svg(damaged)


def test_a_page_keeps_its_text_and_loses_its_scripts() -> None:
    cleaned = sanitise_html(
        b"<p onclick=x()>Hi <b>you</b><script>x()</script><a href=javascript:x()>a</a></p>"
    ).decode()
    assert "Hi <b>you</b>" in cleaned
    assert "x()" not in cleaned


def test_only_active_files_are_made_anew() -> None:
    photo = SimpleUploadedFile("a.png", GOOD["a.png"])
    assert sanitised(photo) is photo
    drawing = sanitised(SimpleUploadedFile("a.svg", HOSTILE_SVG))
    assert (drawing.name, b"script" in drawing.read()) == ("a.svg", False)
    with pytest.raises(ValidationError, match="too large"):
        sanitised(ContentFile(SVG + b" " * LARGEST, name="a.svg"))


def test_a_page_is_refused_before_a_byte_is_sent() -> None:
    with pytest.raises(ValidationError, match="can hold a program"):
        check(Candidate("a.html", 10**9), [ActiveContent()])
    check(Candidate("a.jpg", 10**9), [ActiveContent()])
