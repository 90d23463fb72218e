from __future__ import annotations

import io
import time
import warnings
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from medialift.validators import ImageContent, check, rules_for
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
    data = animation(400, (300, 300))
    rule = ImageContent(seconds=0.02)
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


def test_what_cameras_really_make_passes() -> None:
    """Two pictures in one JPEG, CMYK, 16 bits, a palette, a rotation, and fifty megapixels."""
    two = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    frames[0].save(two, "MPO", save_all=True, append_images=frames[1:])
    rotated = Image.Exif()
    rotated[0x0112] = 6
    made = {
        "phone.jpg": two.getvalue(),
        "print.jpg": saved(Image.new("CMYK", (40, 30)), "JPEG"),
        "deep.png": saved(Image.new("I;16", (40, 30)), "PNG"),
        "palette.png": saved(Image.new("P", (40, 30)), "PNG"),
        "rotated.jpg": saved(Image.new("RGB", (40, 30)), "JPEG", exif=rotated),
        "progressive.jpg": saved(Image.new("RGB", (40, 30)), "JPEG", progressive=True),
        "large.jpg": saved(Image.new("L", (8160, 6144)), "JPEG"),
    }
    for name, data in made.items():
        check(candidate(name, data), rules_for(["image/*"], image=True))


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
