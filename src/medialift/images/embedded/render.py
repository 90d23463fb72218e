"""From the bytes of an image to the bytes of another size of it, with Pillow."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from medialift.errors import MissingExtraError
from medialift.images.embedded.colours import in_srgb, plain
from medialift.images.geometry import Cut, cut
from medialift.images.request import Format, ImageRequest
from medialift.stores.extras import missing_extra
from medialift.validators.image import Deadlined, ImageContent
from medialift.validators.upright import ORIENTATION, SIDEWAYS

if TYPE_CHECKING:
    from PIL import Image

LIMITS = ImageContent(required=True, seconds=20)
"""What an original may be: it may have got into the bucket by another way than the site's forms."""
MOST_MOVING_PIXELS = 25_000_000
"""Pixels of all frames together of an animation that stays one; of a larger one the first frame is shown."""
MOVING = (Format.WEBP, Format.GIF)


@dataclass(frozen=True)
class Frames:
    """Pictures to store; ``durations`` are milliseconds, and empty for a still one."""

    pictures: tuple[Image.Image, ...]
    durations: tuple[int, ...] = ()
    loop: int = 0


def render(original: IO[bytes], wished: ImageRequest, limits: ImageContent = LIMITS) -> bytes:
    """*original* as *wished*, whose format is one that can be written.

    Upright, in sRGB, without any metadata, never enlarged. Raises Django's ``ValidationError`` for what is
    no image, or larger than *limits* allow; ``MissingExtraError`` without a Pillow that writes the format.
    """
    check_writable(wished.format)
    with limits.opened(original) as (image, clock):
        frames = _frames(image, clock, wished, limits)
    return _encoded(frames, wished)


def check_writable(format: Format) -> None:
    """Raise ``MissingExtraError`` where *format* cannot be written here."""
    if not writes(format):
        raise MissingExtraError(
            f"this Pillow cannot write {format.value.upper()}", hint='pip install --upgrade "pillow>=11.3"'
        )


def writes(format: Format) -> bool:
    """Whether *format* can be written here. Raises ``MissingExtraError`` without Pillow."""
    try:
        from PIL import Image
    except ModuleNotFoundError as error:
        raise missing_extra("images", error) from error
    Image.init()
    return format.value.upper() in Image.SAVE


# ── pixels ───────────────────────────────────────────────────────────────────────────────────


def _frames(image: Image.Image, clock: Deadlined, wished: ImageRequest, limits: ImageContent) -> Frames:
    profile = image.info.get("icc_profile")
    count = int(getattr(image, "n_frames", 1))
    wanted = _cut(image, wished).size
    moves = wished.format in MOVING and 1 < count <= limits.max_frames
    if not moves or count * wanted[0] * wanted[1] > MOST_MOVING_PIXELS:
        return Frames((_picture(image, wished, profile),))
    pictures, durations = [], []
    for frame in _each(image, count, clock):
        durations.append(int(frame.info.get("duration", 100)))
        pictures.append(_picture(frame, wished, profile))
    return Frames(tuple(pictures), tuple(durations), int(image.info.get("loop", 0)))


def _each(image: Image.Image, count: int, clock: Deadlined) -> Iterator[Image.Image]:
    size = image.size
    for number in range(count):
        clock.look_at_the_clock()
        image.seek(number)
        if image.size != size:
            raise ValueError("a frame of another size than the first")
        image.load()
        yield image


def _picture(image: Image.Image, wished: ImageRequest, profile: bytes | None) -> Image.Image:
    from PIL import Image, ImageOps

    _decode_small(image, _cut(image, wished))
    upright = ImageOps.exif_transpose(image)
    kept = cut(upright.size, wished)
    made = plain(upright).resize(kept.size, Image.Resampling.LANCZOS, box=kept.box, reducing_gap=3.0)
    made = in_srgb(made, profile)
    made.info.clear()
    return made


def _cut(image: Image.Image, wished: ImageRequest) -> Cut:
    """What is kept of it once it stands upright."""
    width, height = image.size
    sideways = image.getexif().get(ORIENTATION) in SIDEWAYS
    return cut((height, width) if sideways else (width, height), wished)


def _decode_small(image: Image.Image, kept: Cut) -> None:
    """Have JPEG decoded at a half, a quarter or an eighth where that is enough: four to sixty times less work."""
    left, top, right, bottom = kept.box
    scale = max(kept.size[0] / (right - left), kept.size[1] / (bottom - top))
    width, height = image.size
    image.draft(None, (max(1, int(width * scale)), max(1, int(height * scale))))


# ── bytes ────────────────────────────────────────────────────────────────────────────────────

_SAVING: dict[Format, dict[str, Any]] = {
    Format.JPEG: {"quality": 82, "optimize": True, "progressive": True},
    Format.WEBP: {"quality": 80, "method": 4},
    Format.AVIF: {"quality": 60, "speed": 7},
    Format.PNG: {"optimize": True},
    Format.GIF: {},
}


def _encoded(frames: Frames, wished: ImageRequest) -> bytes:
    options = dict(_SAVING[wished.format])
    if wished.quality is not None and "quality" in options:
        options["quality"] = wished.quality
    if frames.durations:
        options |= {
            "save_all": True,
            "append_images": frames.pictures[1:],
            "duration": list(frames.durations),
            "loop": frames.loop,
        }
        if wished.format is Format.GIF:
            options["disposal"] = 2  # else what is transparent shows the frame before
    picture = _on_white(frames.pictures[0]) if wished.format is Format.JPEG else frames.pictures[0]
    out = io.BytesIO()
    picture.save(out, wished.format.value.upper(), **options)
    return out.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """JPEG knows no transparency."""
    from PIL import Image

    if "A" not in picture.mode:
        return picture
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture.convert("RGBA"))
    return white.convert("RGB")
