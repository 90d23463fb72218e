"""The ability of services that resize what they store."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable


@runtime_checkable
class ImageUrls(Protocol):
    """Serves images in other sizes and formats than they were stored in."""

    def image_url(
        self,
        key: str,
        *,
        width: int | None = None,
        height: int | None = None,
        resize: str | None = None,
        quality: int | None = None,
        format: str | None = None,
        focus: tuple[float, float] | None = None,
        expires: timedelta | None = None,
        now: datetime | None = None,
    ) -> str:
        """A URL of the image, in pixels; signed for a time with *expires*, from *now* on, else plain.

        *resize* and *format* are the service's own words; *focus* is the point that cropping keeps, in
        fractions from the left and from the top. Raises ``ValueError`` for what it does not do.
        """
