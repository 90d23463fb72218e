from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from medialift.validators import OneFormat
from tests.validators.samples import GOOD, PDF, SVG, candidate, picture, zipped

ZIP = zipped({"META-INF/MANIFEST.MF": "Manifest-Version: 1.0", "a.class": b"\xca\xfe\xba\xbe"})


@pytest.mark.parametrize("name", GOOD)
def test_honest_files_pass(name: str) -> None:
    OneFormat().check(candidate(name, GOOD[name]))


def test_a_drawing_passes() -> None:
    OneFormat().check(candidate("a.svg", SVG))


@pytest.mark.parametrize(
    ("data", "second"),
    [
        (picture("GIF") + ZIP, "ZIP archive"),
        (picture("JPEG") + ZIP, "ZIP archive"),
        (PDF + ZIP, "ZIP archive"),
        (b"GIF89a" + PDF, "PDF document"),
        (b"GIF89a/*<script>alert(1)</script>*/=1;", "web page"),
        (picture("PNG") + b"<?php system($_GET['c']); ?>", "PHP script"),
        (picture("JPEG", comment=b"<ScRiPt src=//evil.example></script>"), "web page"),
        (picture("PNG") + b"Rar!\x1a\x07\x01\x00" + bytes(50), "vnd.rar"),
        (GOOD["a.mp4"] + b"7z\xbc\xaf\x27\x1c" + bytes(50), "7z"),
    ],
    ids=["gifar", "jpeg-zip", "pdf-zip", "gif-pdf", "gif-js", "png-php", "jpeg-html", "png-rar", "mp4-7z"],
)
def test_a_file_that_is_two_things_is_refused_and_both_are_named(data: bytes, second: str) -> None:
    with pytest.raises(ValidationError, match="hides something else") as caught:
        OneFormat().check(candidate("a", data))
    assert second in str(caught.value.messages[0])
