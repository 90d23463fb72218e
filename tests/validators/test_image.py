from __future__ import annotations

import time
import warnings

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from medialift.validators import ImageContent
from medialift.validators.image import FORMATS
from tests.validators.samples import PDF, SVG, animation, bomb, candidate, picture

KINDS = [kind for kind in FORMATS if Image.init() or kind in Image.SAVE]


def refused(rule: ImageContent, data: bytes, name: str = "a.png") -> str:
    with pytest.raises(ValidationError) as caught:
        rule.check(candidate(name, data))
    assert all(caught.value.messages)
    return caught.value.code or ""


@pytest.mark.parametrize("kind", KINDS)
def test_an_image_passes_and_half_of_it_does_not(kind: str) -> None:
    data = picture(kind)
    ImageContent().check(candidate("a", data))
    assert refused(ImageContent(), data[: len(data) // 2]) == "image_broken"


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "JPEG2000", "PPM"])
def test_formats_that_no_browser_shows_are_not_decoded_unless_they_are_named(kind: str) -> None:
    assert refused(ImageContent(required=True), picture(kind)) == "image_broken"
    ImageContent(required=True, formats=[kind]).check(candidate("a", picture(kind)))


@pytest.mark.parametrize("data", [PDF, SVG, b"text", b""])
def test_other_files_pass_unless_an_image_is_required(data: bytes) -> None:
    ImageContent().check(candidate("a", data))
    assert refused(ImageContent(required=True), data) == "image_broken"


@pytest.mark.parametrize("edge", [12_000, 19_000, 60_000])
def test_a_decompression_bomb_is_refused_before_a_pixel_is_decoded(edge: int) -> None:
    data = bomb(edge, edge)
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        started = time.process_time()
        assert refused(ImageContent(), data) == "image_too_many_pixels"
        assert time.process_time() - started < 0.2


def test_limits_of_width_and_height_are_told_with_the_numbers() -> None:
    with pytest.raises(ValidationError) as caught:
        ImageContent(max_width=50).check(candidate("a.png", picture()))
    assert caught.value.messages == ["This image has 64 × 48 pixels. At most 50 × 20000 are accepted."]
    assert refused(ImageContent(min_height=49), picture()) == "image_too_narrow"


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_animations_are_decoded_frame_by_frame_up_to_a_limit(kind: str) -> None:
    ImageContent(max_frames=10).check(candidate("a", animation(10, kind=kind)))
    assert refused(ImageContent(max_frames=9), animation(10, kind=kind)) == "image_too_many_frames"
    assert refused(ImageContent(max_pixels=64), animation(10, kind=kind)) == "image_too_many_frames"


def test_decoding_stops_when_the_time_is_up() -> None:
    class Clocked(ImageContent):
        """Time is up after the header was read."""

    data = animation(400, (300, 300))
    rule = Clocked(seconds=0.02)
    started = time.monotonic()
    assert refused(rule, data) == "image_too_slow"
    assert time.monotonic() - started < 5
    assert refused(ImageContent(seconds=0), picture()) == "image_too_slow"


def test_the_file_stands_where_it_stood() -> None:
    given = candidate("a.png", picture())
    with given.opened() as file:
        file.seek(7)
        ImageContent().check(given)
        assert file.tell() == 7
