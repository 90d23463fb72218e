"""What every engine promises."""

from __future__ import annotations

from typing import Protocol

from medialift.images.originals import Original
from medialift.images.request import Format, ImageRequest


class ImageEngine(Protocol):
    """Makes addresses of images in other sizes. Knows nothing of pages."""

    @property
    def negotiates(self) -> bool:
        """Whether one address with ``format="auto"`` gives each browser the best format that it takes."""

    def makes(self, format: Format) -> bool:
        """Whether it can make images of this format."""

    def url(self, original: Original, wished: ImageRequest) -> str:
        """The address of *original* as *wished*; for a private original, one that nobody can guess or change.

        The same for the same wishes, for as long as it lasts: browsers keep what they fetched. Raises
        ``ValueError`` for what the engine does not do, ``ConfigError`` where it must not be asked.
        """
