"""The sizes that a browser may choose from: what stands in ``srcset``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from medialift.images.address import address_of
from medialift.images.engines.base import ImageEngine
from medialift.images.geometry import cut
from medialift.images.originals import Original
from medialift.images.request import LARGEST, Fit, ImageRequest


@dataclass(frozen=True, slots=True)
class Choices:
    """Widths in pixels, or multiples of the wished size for screens with more pixels; never both."""

    widths: tuple[int, ...] = ()
    densities: tuple[float, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.widths or self.densities)


def choices(widths: Any = None, densities: Any = None) -> Choices:
    """What templates write: ``"320 640 1280"``, ``"1 2"``, or lists of numbers. Raises ``ValueError``."""
    chosen = Choices(tuple(_numbers(widths, int)), tuple(_numbers(densities, float)))
    if chosen.widths and chosen.densities:
        raise ValueError("srcset has widths or densities, and never both")
    return chosen


def srcset(original: Original, wished: ImageRequest, chosen: Choices, engine: ImageEngine) -> str:
    """Addresses with their widths (``320w``) or densities (``2x``), smallest first; empty where there is no choice.

    Where the original's size is known, no candidate promises more pixels than it has.
    """
    if not original.may_be_resized:
        return ""
    found: dict[str, str] = {}
    for candidate, promise in _candidates(original, wished, chosen):
        found.setdefault(promise, address_of(original, candidate, engine))
    return ", ".join(f"{url} {promise}" for promise, url in found.items())


def _candidates(original: Original, wished: ImageRequest, chosen: Choices) -> Iterator[tuple[ImageRequest, str]]:
    for density in sorted(chosen.densities):
        yield scaled(wished, density), f"{density:g}x"
    for width in sorted(chosen.widths):
        candidate = _of_width(wished, width)
        if original.size is not None and wished.fit is not Fit.FILL:
            width = cut(original.size, candidate).size[0]
        yield candidate, f"{width}w"


def _of_width(wished: ImageRequest, width: int) -> ImageRequest:
    if wished.width is None:
        return replace(wished, width=width)
    return replace(scaled(wished, width / wished.width), width=width)


def scaled(wished: ImageRequest, by: float) -> ImageRequest:
    """*wished* in the same shape, so many times as large, as far as an image may be."""
    sides = [side for side in (wished.width, wished.height) if side]
    by = min(by, *(LARGEST / side for side in sides)) if sides else by
    width, height = (max(1, round(side * by)) if side else None for side in (wished.width, wished.height))
    return replace(wished, width=width, height=height)


def _numbers(said: Any, kind: type[Any]) -> Iterable[Any]:
    parts = re.split(r"[\s,]+", said.strip()) if isinstance(said, str) else said or ()
    try:
        found = [kind(str(part).removesuffix("x").removesuffix("w")) for part in parts if part != ""]
    except ValueError:
        raise ValueError(f"srcset is written as '320 640 1280' or '1 2', not {said!r}") from None
    if any(not 0 < number <= LARGEST for number in found):
        raise ValueError(f"srcset goes up to {LARGEST} pixels, not {said!r}")
    return found
