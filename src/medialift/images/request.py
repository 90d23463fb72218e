"""The one vocabulary of image sizes: what is wished of an image, whichever engine makes it."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Any

LARGEST = 8192
"""Pixels of a side, at most: twice a screen of 4K."""
MOST_PIXELS = 36_000_000
"""Pixels of a wished image, at most."""
MIDDLE = (0.5, 0.5)

_TEXT = re.compile(r"(\d{0,5})x(\d{0,5})-(cover|contain|fill)(?:-q(\d{1,3}))?(?:-f(\d{1,3})x(\d{1,3}))?")


class Fit(enum.Enum):
    """How an image comes into its box. Nothing is enlarged, but by :attr:`FILL`."""

    CONTAIN = "contain"
    """All of it is seen, in its own shape, within the box."""
    COVER = "cover"
    """It gets the shape of the box, and loses what is beyond, farthest from its focal point."""
    FILL = "fill"
    """It is stretched to the box."""


class Format(enum.Enum):
    """What browsers get."""

    AUTO = "auto"
    """What the engine thinks best for each browser; for the embedded one, WebP."""
    ORIGINAL = "original"
    """What the file's name says that it is; WebP where browsers do not show that."""
    AVIF = "avif"
    WEBP = "webp"
    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"

    @property
    def media_type(self) -> str:
        """Such as ``image/avif``; only for what is one format."""
        return f"image/{self.value}"


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """One size of an image.

    ``width`` and ``height`` are the box in pixels; one of them, or both, may be open where *fit* is
    ``contain``. ``quality`` goes from 1 to 100, ``None`` is the engine's own. ``focus`` is the point that
    cropping keeps as near to the middle as it can: fractions from the left and from the top of the
    upright image. Raises ``ValueError`` for what makes no sense.
    """

    width: int | None = None
    height: int | None = None
    fit: Fit = Fit.CONTAIN
    format: Format = Format.AUTO
    quality: int | None = None
    focus: tuple[float, float] = MIDDLE

    def __post_init__(self) -> None:
        for side in (self.width, self.height):
            if side is not None and not 1 <= side <= LARGEST:
                raise ValueError(f"a side of an image has from 1 to {LARGEST} pixels, not {side}")
        if self.width and self.height and self.width * self.height > MOST_PIXELS:
            raise ValueError(f"an image may have {MOST_PIXELS:,} pixels, not {self.width} × {self.height}")
        if self.fit is not Fit.CONTAIN and not (self.width and self.height):
            raise ValueError(f"fit={self.fit.value!r} needs a width and a height")
        if self.quality is not None and not 1 <= self.quality <= 100:
            raise ValueError(f"the quality of an image goes from 1 to 100, not {self.quality}")
        if not all(0 <= part <= 1 for part in self.focus):
            raise ValueError(f"a focal point has two fractions from 0 to 1, not {self.focus}")

    @property
    def text(self) -> str:
        """All of it but the format, the same for the same wishes: ``640x360-cover-q80-f30x50``."""
        quality = f"-q{self.quality}" if self.quality is not None else ""
        crops = self.fit is Fit.COVER and self.focus != MIDDLE
        focus = f"-f{_hundredths(self.focus[0])}x{_hundredths(self.focus[1])}" if crops else ""
        return f"{self.width or ''}x{self.height or ''}-{self.fit.value}{quality}{focus}"


def image_request(
    *,
    width: Any = None,
    height: Any = None,
    fit: Any = "contain",
    format: Any = "auto",
    quality: Any = None,
    focus: Any = None,
) -> ImageRequest:
    """What templates write: numbers may be texts, and *focus* is ``(0.3, 0.5)``, ``"0.3 0.5"`` or ``"30% 50%"``.

    Raises ``ValueError`` with what was expected.
    """
    return ImageRequest(
        _whole(width, "width"),
        _whole(height, "height"),
        _one_of(Fit, fit, "fit"),
        _one_of(Format, format, "format"),
        _whole(quality, "quality"),
        _focus(focus),
    )


def read_request(text: str, format: Format) -> ImageRequest:
    """The inverse of :attr:`ImageRequest.text`. Raises ``ValueError``."""
    found = _TEXT.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} says no size of an image")
    width, height, fit, quality, across, down = found.groups()
    focus = (int(across) / 100, int(down) / 100) if across else MIDDLE
    return ImageRequest(
        int(width) if width else None,
        int(height) if height else None,
        Fit(fit),
        format,
        int(quality) if quality else None,
        focus,
    )


def _hundredths(fraction: float) -> int:
    return round(fraction * 100)


def _whole(value: Any, name: str) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,9}", str(value)):
        raise ValueError(f"{name} is a whole number, not {value!r}")
    return int(value)


def _one_of(kind: Any, value: Any, name: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise ValueError(f"{name} is one of {', '.join(one.value for one in kind)}, not {value!r}") from None


def _focus(value: Any) -> tuple[float, float]:
    if value is None or value == "":
        return MIDDLE
    parts = re.split(r"[\s,]+", value.strip()) if isinstance(value, str) else value
    try:
        across, down = (_fraction(part) for part in parts)
    except (TypeError, ValueError):
        raise ValueError(f"a focal point is written as '0.3 0.5' or '30% 50%', not {value!r}") from None
    # What names and addresses hold; a finer point would only make more of them.
    return round(across, 2), round(down, 2)


def _fraction(part: Any) -> float:
    return float(part[:-1]) / 100 if isinstance(part, str) and part.endswith("%") else float(part)
