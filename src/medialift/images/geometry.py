"""Which part of an image is kept, and how large it becomes. Numbers in, numbers out."""

from __future__ import annotations

from dataclasses import dataclass

from medialift.images.request import LARGEST, Fit, ImageRequest

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cut:
    """``box`` is what is kept of the upright image (left, top, right, bottom); ``size`` what becomes of it. Pixels."""

    box: tuple[float, float, float, float]
    size: Size


def cut(size: Size, wished: ImageRequest) -> Cut:
    """What *wished* means for an image of *size*, as seen upright."""
    width, height = size
    whole = (0.0, 0.0, float(width), float(height))
    if wished.fit is Fit.FILL:
        return Cut(whole, _box_of(wished))
    if wished.fit is Fit.CONTAIN:
        across, down = _box_of(wished)
        scale = min(1.0, across / width, down / height)
        return Cut(whole, (_side(width * scale), _side(height * scale)))
    return _covering(size, wished)


def shown_size(size: Size | None, wished: ImageRequest) -> Size | None:
    """Width and height to reserve on a page for an image of *size* (``None``: unknown), if that can be told."""
    if wished.fit is not Fit.CONTAIN:
        return _box_of(wished)
    return cut(size, wished).size if size else None


def _covering(size: Size, wished: ImageRequest) -> Cut:
    (width, height), (across, down) = size, _box_of(wished)
    scale = min(width / across, height / down)
    kept = across * scale, down * scale
    left = min(max(wished.focus[0] * width - kept[0] / 2, 0.0), width - kept[0])
    top = min(max(wished.focus[1] * height - kept[1] / 2, 0.0), height - kept[1])
    shrunk = (across, down) if scale >= 1 else (_side(kept[0]), _side(kept[1]))
    return Cut((left, top, left + kept[0], top + kept[1]), shrunk)


def _box_of(wished: ImageRequest) -> Size:
    return wished.width or LARGEST, wished.height or LARGEST


def _side(length: float) -> int:
    return max(1, round(length))
