"""Images that really are images, and that fit into memory."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from medialift.errors import MedialiftError
from medialift.stores.extras import missing_extra
from medialift.validators.candidate import Candidate, Needs
from medialift.validators.rule import Rule
from medialift.validators.sniff import SVG, sniff

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
"""What browsers show. Pillow reads fifty more, some of them through other programs."""

MAX_PIXELS = 52_000_000
"""What cameras of 50 megapixels make; some 200 MiB while it is decoded."""


@deconstructible(path="medialift.validators.ImageContent")
class ImageContent(Rule):
    """Decodes every pixel, within limits; nothing is decoded before the announced size is known to be fine.

    *max_pixels* counts width times height of one frame, *max_frames* the frames of an animation; all
    frames together may have four times *max_pixels*. *max_width*, *max_height*, *min_width* and
    *min_height* are pixels. *seconds* is the time that decoding may take: it is looked at between
    frames and whenever the decoder asks for more bytes. *formats* are Pillow's names. A file that is
    no image passes, unless *required*.
    """

    needs = Needs.WHOLE
    broken = _("This image cannot be opened. It is damaged, or not one of: %(formats)s.")
    too_many_pixels = _("This image has %(width)s × %(height)s pixels. That is more than fits: please make it smaller.")
    too_wide = _("This image has %(width)s × %(height)s pixels. At most %(max_width)s × %(max_height)s are accepted.")
    too_narrow = _("This image has %(width)s × %(height)s pixels. At least %(min_width)s × %(min_height)s are needed.")
    too_huge = _("This image has more pixels than fit: please make it smaller.")
    too_many_frames = _("This animation has more than %(max_frames)s frames: please make it shorter.")
    too_slow = _("This image takes too long to open. Please save it anew with another program, or make it smaller.")

    def __init__(
        self,
        *,
        max_pixels: int = MAX_PIXELS,
        max_width: int = 20_000,
        max_height: int = 20_000,
        min_width: int = 1,
        min_height: int = 1,
        max_frames: int = 500,
        seconds: float = 10,
        formats: Iterable[str] = FORMATS,
        required: bool = False,
    ) -> None:
        self.max_pixels, self.max_frames, self.seconds = max_pixels, max_frames, seconds
        self.max_width, self.max_height = max_width, max_height
        self.min_width, self.min_height = min_width, min_height
        self.formats, self.required = tuple(formats), required

    def check(self, candidate: Candidate) -> None:
        if candidate.has_passed(self) or not (self.required or _is_picture(sniff(candidate))):
            return
        with candidate.opened() as file:
            self._decode(file)
        candidate.remember(self)

    def _decode(self, file: IO[bytes]) -> None:
        with self.opened(file) as (image, deadlined):
            self._read_frames(image, deadlined)

    @contextmanager
    def opened(self, file: IO[bytes]) -> Iterator[tuple[Image.Image, Deadlined]]:
        """The image in *file*, with its announced size found to be fine and nothing decoded; and its clock.

        Decode it within the block: what goes wrong there is this rule's ``ValidationError`` too.
        """
        Image = _pillow()
        formats = [name for name in self.formats if name in Image.OPEN]
        deadlined = Deadlined(file, time.monotonic() + self.seconds)
        try:
            with Image.open(deadlined, formats=formats) as image:
                self._measure(image)
                yield image, deadlined
        except TooSlow:
            raise self._refusal("too_slow") from None
        except (ValidationError, MedialiftError):
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise ValidationError(self.too_huge, code="image_too_many_pixels") from None
        except Exception:  # noqa: BLE001 - decoders raise whatever a damaged file leads them to
            raise self._refusal("broken") from None

    def _measure(self, image: Image.Image) -> None:
        width, height = image.size
        told = {"width": width, "height": height}
        if width * height > self.max_pixels:
            raise self._refusal("too_many_pixels", **told)
        if width > self.max_width or height > self.max_height:
            raise self._refusal("too_wide", **told)
        if width < self.min_width or height < self.min_height:
            raise self._refusal("too_narrow", **told)

    def _read_frames(self, image: Image.Image, file: Deadlined) -> None:
        image.load()
        pixels = image.size[0] * image.size[1]
        for number in range(1, self.max_frames + 1):
            file.look_at_the_clock()
            try:
                image.seek(number)
            except EOFError:
                return
            pixels += image.size[0] * image.size[1]
            if pixels > 4 * self.max_pixels:
                raise self._refusal("too_many_frames")
            image.load()
        raise self._refusal("too_many_frames")

    def _refusal(self, what: str, **told: Any) -> ValidationError:
        params = {**vars(self), "formats": ", ".join(self.formats), **told}
        return ValidationError(getattr(self, what), code=f"image_{what}", params=params)


class TooSlow(BaseException):
    """The time is up. Not an ``Exception``: decoders catch those and go on."""


class Deadlined:
    """A file that stops being read when the time is up: a decoder cannot be interrupted in another way."""

    def __init__(self, file: IO[bytes], deadline: float) -> None:
        self._file, self._deadline = file, deadline

    def look_at_the_clock(self) -> None:
        if time.monotonic() > self._deadline:
            raise TooSlow

    def read(self, size: int = -1, /) -> bytes:
        self.look_at_the_clock()
        return self._file.read(size)

    def readline(self, size: int = -1, /) -> bytes:
        self.look_at_the_clock()
        return self._file.readline(size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def _pillow() -> Any:
    try:
        from PIL import Image
    except ModuleNotFoundError as error:
        raise missing_extra("validation", error) from error
    Image.init()
    return Image


def _is_picture(kind: str) -> bool:
    return kind.startswith("image/") and kind != SVG
