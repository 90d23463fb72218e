"""Painted landscapes, so that the example needs no photograph and no network."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageOps

OVERSAMPLE = 2
GRAIN = 10

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """The colours of one hour of the day, from the top of the sky to the ground at one's feet."""

    zenith: str
    horizon: str
    sun: str
    far: str
    near: str


def landscape(size: tuple[int, int], palette: Palette, seed: str) -> Image.Image:
    """A sky, a sun, five ridges and a little grain; equal arguments give equal pixels."""
    random = Random(seed)
    large = (size[0] * OVERSAMPLE, size[1] * OVERSAMPLE)
    image = _sky(large, palette)
    draw = ImageDraw.Draw(image)
    _sun(draw, large, palette, random)
    for depth in range(5):
        _ridge(draw, large, _between(palette.far, palette.near, depth / 4), 0.45 + 0.11 * depth, random)
    return _grain(image.resize(size, Image.Resampling.BOX), random)


def _sky(size: tuple[int, int], palette: Palette) -> Image.Image:
    canvas = Image.new("RGB", size, palette.horizon)
    height = size[1] * 6 // 10
    column = ImageOps.colorize(Image.linear_gradient("L").resize((1, height)), palette.zenith, palette.horizon)
    canvas.paste(column.resize((size[0], height), Image.Resampling.NEAREST))
    return canvas


def _sun(draw: ImageDraw.ImageDraw, size: tuple[int, int], palette: Palette, random: Random) -> None:
    radius = size[1] * random.uniform(0.04, 0.09)
    x, y = size[0] * random.uniform(0.15, 0.85), size[1] * random.uniform(0.15, 0.45)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=palette.sun)


def _ridge(draw: ImageDraw.ImageDraw, size: tuple[int, int], colour: Colour, level: float, random: Random) -> None:
    width, height = size
    waves = [(random.uniform(0.4, 5), random.uniform(0, math.tau), random.uniform(0.01, 0.04)) for _ in range(4)]

    def top(x: int) -> float:
        swell = sum(weight * math.sin(turns * math.tau * x / width + phase) for turns, phase, weight in waves)
        return height * (level + swell)

    line = [(x, top(x)) for x in range(0, width + 12, 12)]
    draw.polygon([*line, (width, height), (0, height)], fill=colour)


def _between(first: str, last: str, share: float) -> Colour:
    ends = [[int(colour[place : place + 2], 16) for place in (1, 3, 5)] for colour in (first, last)]
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(*ends, strict=True))
    return red, green, blue


def _grain(image: Image.Image, random: Random) -> Image.Image:
    noise = Image.frombytes("L", image.size, random.randbytes(image.width * image.height))
    quiet = noise.point([value * GRAIN // 255 for value in range(256)])
    return ImageChops.add(image, Image.merge("RGB", [quiet] * 3), offset=-GRAIN // 2)
