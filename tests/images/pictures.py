"""Images made here, whose every corner has a colour of its own, and of every awkward kind."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 180, 30), (30, 30, 220), (230, 220, 40)
NEAR = 24
"""How far a channel may be off after a lossy encoder."""


def corners(size: tuple[int, int] = (400, 300)) -> Image.Image:
    """Red is at the top left, green at the top right, blue at the bottom left, yellow at the bottom right."""
    width, height = size
    image = Image.new("RGB", size)
    for colour, (x, y) in zip((RED, GREEN, BLUE, YELLOW), ((0, 0), (1, 0), (0, 1), (1, 1)), strict=True):
        box = (x * width // 2, y * height // 2, (x + 1) * width // 2, (y + 1) * height // 2)
        image.paste(colour, box)
    return image


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def colours_at_corners(data: bytes) -> list[tuple[int, int, int]]:
    """Those of the four corners, from the top left to the bottom right."""
    image = opened(data).convert("RGB")
    width, height = image.size
    points = ((2, 2), (width - 3, 2), (2, height - 3), (width - 3, height - 3))
    return [image.getpixel(point) for point in points]  # type: ignore[misc]


def close(found: Any, expected: Any, off: int = NEAR) -> bool:
    return all(abs(int(a) - int(b)) <= off for a, b in zip(found, expected, strict=True))


def from_phone(orientation: int, size: tuple[int, int] = (400, 300)) -> bytes:
    """A JPEG that was taken with the phone held in another way, and that knows where."""
    turns = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = corners(size)
    turn = turns[orientation]
    lying = image.transpose(turn) if turn is not None else image
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (47.0, 22.0, 9.0)
    return saved(lying, "JPEG", quality=95, exif=exif, comment=b"taken at home", icc_profile=srgb())


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def animation(format: str, size: tuple[int, int] = (80, 60), count: int = 3) -> bytes:
    frames = [Image.new("RGB", size, colour) for colour in (RED, GREEN, BLUE, YELLOW)[:count]]
    return saved(
        frames[0], format, save_all=True, append_images=frames[1:], duration=[100, 200, 300, 400][:count], loop=0
    )


def announced(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is that large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
