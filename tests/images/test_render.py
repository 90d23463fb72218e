"""What becomes of images, judged by their pixels."""

from __future__ import annotations

import io
import warnings
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageCms

from medialift.errors import MissingExtraError
from medialift.images.embedded import render as rendering
from medialift.images.embedded.render import render
from medialift.images.request import Fit, Format, ImageRequest
from medialift.validators import ImageContent
from tests.images import pictures
from tests.images.pictures import BLUE, GREEN, RED, YELLOW, close, colours_at_corners, opened, saved

WRITTEN = (Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF)


def made(original: bytes, limits: ImageContent = rendering.LIMITS, **wishes: Any) -> bytes:
    wishes.setdefault("format", Format.PNG)
    return render(io.BytesIO(original), ImageRequest(**wishes), limits)


@pytest.mark.parametrize("format", WRITTEN)
def test_every_format_is_written(format: Format) -> None:
    data = made(saved(pictures.corners(), "PNG"), width=200, format=format)

    assert opened(data).format == format.value.upper()
    assert opened(data).size == (200, 150)
    for found, expected in zip(colours_at_corners(data), (RED, GREEN, BLUE, YELLOW), strict=True):
        assert close(found, expected)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", WRITTEN)
def test_a_photo_stands_upright_and_tells_nothing_of_its_maker(orientation: int, format: Format) -> None:
    original = pictures.from_phone(orientation)
    assert b"Secret Camera" in original
    data = made(original, width=200, format=format)
    image = opened(data)

    assert image.size == (200, 150)
    for found, expected in zip(colours_at_corners(data), (RED, GREEN, BLUE, YELLOW), strict=True):
        assert close(found, expected), (orientation, found, expected)
    assert dict(image.getexif()) == {}
    assert not image.getexif().get_ifd(0x8825)
    for word in (b"Secret Camera", b"taken at home", b"GPS"):
        assert word not in data
    assert not set(image.info) & {"exif", "xmp", "comment", "icc_profile", "photoshop"}


@pytest.mark.parametrize(
    ("focus", "expected"),
    [((0.0, 0.0), RED), ((1.0, 0.0), GREEN), ((0.0, 1.0), BLUE), ((1.0, 1.0), YELLOW), ((0.2, 0.9), BLUE)],
)
def test_a_crop_keeps_its_focal_point(focus: tuple[float, float], expected: tuple[int, int, int]) -> None:
    across = made(saved(pictures.corners((400, 100)), "PNG"), width=40, height=40, fit=Fit.COVER, focus=focus)
    down = made(saved(pictures.corners((100, 400)), "PNG"), width=40, height=40, fit=Fit.COVER, focus=focus)

    side = 0 if focus[0] < 0.5 else 1
    assert close(colours_at_corners(across)[0], (RED, GREEN)[side])
    assert close(colours_at_corners(across)[2], (BLUE, YELLOW)[side])
    end = 0 if focus[1] < 0.5 else 1
    assert close(colours_at_corners(down)[0], (RED, BLUE)[end])
    assert close(colours_at_corners(down)[1], (GREEN, YELLOW)[end])
    assert opened(across).size == opened(down).size == (40, 40)


def test_the_focal_point_is_that_of_the_upright_photo() -> None:
    data = made(pictures.from_phone(6, (100, 400)), width=40, height=40, fit=Fit.COVER, focus=(0.5, 1.0))
    assert close(colours_at_corners(data)[0], BLUE)
    assert close(colours_at_corners(data)[1], YELLOW)


def test_nothing_is_enlarged_unless_it_is_stretched() -> None:
    original = saved(pictures.corners((40, 30)), "PNG")
    assert opened(made(original, width=400)).size == (40, 30)
    assert opened(made(original, width=400, height=400, fit=Fit.COVER)).size == (30, 30)
    assert opened(made(original, width=80, height=90, fit=Fit.FILL)).size == (80, 90)


def test_a_large_jpeg_is_decoded_small() -> None:
    original = saved(pictures.corners((4000, 3000)), "JPEG")
    with warnings.catch_warnings():
        assert opened(made(original, width=100)).size == (100, 75)


# ── colours ──────────────────────────────────────────────────────────────────────────────────


def test_other_colours_become_those_of_every_screen() -> None:
    """The profile of a wide screen is honoured: its pure red is more than sRGB's, and its middle red is another."""
    wide = _adobe_like()
    original = saved(Image.new("RGB", (20, 20), (60, 160, 60)), "JPEG", quality=100, icc_profile=wide)
    expected = ImageCms.profileToProfile(
        opened(original), ImageCms.ImageCmsProfile(io.BytesIO(wide)), ImageCms.createProfile("sRGB")
    )
    assert expected is not None
    data = made(original)

    found = opened(data).getpixel((10, 10))
    assert close(found, expected.getpixel((10, 10)), 2)
    assert not close(found, (60, 160, 60), 12)
    assert "icc_profile" not in opened(data).info


def _adobe_like() -> bytes:
    """sRGB with the primaries' green and red exchanged in its matrix: a profile that visibly is not sRGB."""
    profile = bytearray(pictures.srgb())
    tags = {}
    count = int.from_bytes(profile[128:132], "big")
    for index in range(count):
        at = 132 + index * 12
        tags[bytes(profile[at : at + 4])] = at
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    profile[red + 4 : red + 12], profile[green + 4 : green + 12] = (
        profile[green + 4 : green + 12],
        profile[red + 4 : red + 12],
    )
    return bytes(profile)


@pytest.mark.parametrize("profile", [b"nonsense", pictures.srgb()[:200]])
def test_a_damaged_profile_costs_nobody_the_image(profile: bytes) -> None:
    original = saved(Image.new("RGB", (20, 20), RED), "PNG", icc_profile=profile)
    assert close(opened(made(original)).getpixel((5, 5)), RED)


@pytest.mark.parametrize("format", WRITTEN)
def test_cmyk_becomes_rgb(format: Format) -> None:
    original = saved(Image.new("CMYK", (40, 40), (0, 255, 255, 0)), "JPEG", quality=95)
    image = opened(made(original, width=20, format=format))
    assert image.mode == "RGB"
    assert close(image.getpixel((5, 5)), (255, 0, 0), 40)


def test_sixteen_bits_keep_their_shades() -> None:
    image = Image.new("I;16", (3, 1))
    for x, value in enumerate((0, 32896, 65535)):
        image.putpixel((x, 0), value)
    shades = opened(made(saved(image, "PNG"))).convert("L")
    assert [shades.getpixel((x, 0)) for x in range(3)] == [0, 128, 255]


def _palette() -> bytes:
    image = Image.new("P", (20, 20), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.paste(1, (10, 0, 20, 20))
    return saved(image, "PNG", transparency=0)


@pytest.mark.parametrize("format", [Format.PNG, Format.WEBP, Format.AVIF])
def test_a_palettes_transparency_stays(format: Format) -> None:
    image = opened(made(_palette(), width=10, format=format)).convert("RGBA")
    assert image.getpixel((1, 5))[3] < 20  # type: ignore[index]
    assert close(image.getpixel((8, 5)), (0, 0, 255, 255))


def test_jpeg_shows_white_where_nothing_is() -> None:
    image = opened(made(_palette(), format=Format.JPEG))
    assert close(image.getpixel((2, 10)), (255, 255, 255))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA", "I;16", "P"])
@pytest.mark.parametrize("format", WRITTEN)
def test_every_mode_goes_into_every_format(mode: str, format: Format) -> None:
    picture = pictures.corners((30, 20))
    original = saved((picture.convert("L") if mode == "I;16" else picture).convert(mode), "PNG")
    assert opened(made(original, width=15, format=format)).size == (15, 10)


# ── what moves ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("original", ["GIF", "WEBP"])
@pytest.mark.parametrize("format", [Format.WEBP, Format.GIF])
def test_an_animation_goes_on_moving(original: str, format: Format) -> None:
    image = opened(made(pictures.animation(original), width=40, format=format))
    assert image.size == (40, 30)
    assert image.n_frames == 3  # type: ignore[attr-defined]
    seen = []
    for number, colour in enumerate((RED, GREEN, BLUE)):
        image.seek(number)
        image.load()
        seen.append(image.info["duration"])
        assert close(image.convert("RGB").getpixel((5, 5)), colour)
    assert seen == [100, 200, 300]


@pytest.mark.parametrize("format", [Format.JPEG, Format.PNG, Format.AVIF])
def test_an_animation_stands_still_in_other_formats(format: Format) -> None:
    image = opened(made(pictures.animation("GIF"), width=40, format=format))
    assert getattr(image, "n_frames", 1) == 1
    assert close(image.convert("RGB").getpixel((5, 5)), RED)


def test_an_endless_animation_shows_its_first_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MOST_MOVING_PIXELS", 3 * 40 * 30 - 1)
    assert getattr(opened(made(pictures.animation("GIF"), width=40, format=Format.WEBP)), "n_frames", 1) == 1


# ── what is refused ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("original", "code"),
    [
        pytest.param(pictures.announced(60_000, 60_000), "image_too_many_pixels", id="bomb"),
        pytest.param(pictures.announced(50_000, 2), "image_too_wide", id="ribbon"),
        pytest.param(saved(pictures.corners(), "JPEG")[:2000], "image_broken", id="truncated JPEG"),
        pytest.param(saved(pictures.corners(), "PNG")[:-300], "image_broken", id="truncated PNG"),
        pytest.param(pictures.animation("GIF")[:100], "image_broken", id="truncated GIF"),
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image_broken", id="SVG"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n", "image_broken", id="PostScript"),
        pytest.param(saved(pictures.corners(), "TIFF"), "image_broken", id="TIFF"),
        pytest.param(b"", "image_broken", id="nothing"),
    ],
)
def test_what_is_no_image_or_a_bomb_is_refused(original: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as told:
        made(original, width=100, format=Format.WEBP)
    assert told.value.code == code


def test_a_slow_image_is_given_up() -> None:
    with pytest.raises(ValidationError) as told:
        made(saved(pictures.corners((2000, 2000)), "PNG"), ImageContent(required=True, seconds=-1))
    assert told.value.code == "image_too_slow"


def test_a_pillow_without_avif_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    Image.init()
    monkeypatch.setattr(Image, "SAVE", {name: writer for name, writer in Image.SAVE.items() if name != "AVIF"})
    assert not rendering.writes(Format.AVIF)
    with pytest.raises(MissingExtraError, match=r"pillow>=11\.3"):
        made(saved(pictures.corners(), "PNG"), format=Format.AVIF)
