"""Addresses of objects: plain, signed for ever, signed for a time, and of images made to measure.

The kind of an asset is a part of its address, and taken from its name; what the service refused as an
image is among the strays, and lies at another address.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode

from medialift.stores.cloudinary.client import Requests
from medialift.stores.cloudinary.kinds import Kind, extension_of
from medialift.stores.cloudinary.signing import delivery_signature, escaped
from medialift.stores.cloudinary.strays import Strays
from medialift.stores.spec import Secret

DELIVERY = "https://res.cloudinary.com"
NO_VERSION = "v1"
"""Stands before public ids with a folder, which would be read as a transformation; files never had any."""

AUTOMATIC = "auto"
"""The format that the service chooses for each browser; it is wished for, and is no extension."""

RESIZES = ("auto", "crop", "fill", "fit", "lfill", "limit", "mfit", "mpad", "pad", "scale", "thumb")


@dataclass(frozen=True)
class Addresses:
    """Makes the addresses of one store's objects; keys are the store's own, already checked."""

    requests: Requests
    strays: Strays
    secret: Secret
    algorithm: str
    custom_domain: str | None
    protocol: str

    def delivered(self, key: str, *, transformation: str = "", format: str = "", signs: bool | None = None) -> str:
        """The CDN's address; signed if *signs* says so, else where the type of delivery needs it. It never expires."""
        place, kind = self.requests.place, self._kind(key)
        public_id = escaped(place.public_id(key))
        suffix = "" if kind is Kind.RAW else f".{format or extension_of(key).lower()}"
        version = NO_VERSION if kind is not Kind.RAW and "/" in public_id else ""
        signature = ""
        if place.type != "upload" if signs is None else signs:
            signed = "/".join(filter(None, (transformation, public_id + suffix)))
            signature = delivery_signature(signed, self.secret.reveal(), self.algorithm)
        parts = (self._host(), kind.value, place.type, signature, transformation, version, public_id + suffix)
        return "/".join(filter(None, parts))

    def signed(self, key: str, *, expires: timedelta, now: datetime | None, filename: str | None) -> str:
        """The API's address of the original, good for *expires* from *now* on."""
        longest = timedelta(seconds=self.requests.place.provider.presigning.max_seconds)
        if not timedelta(seconds=1) <= expires <= longest:
            raise ValueError(f"a signed URL can live from 1 second to {longest}, not {expires}")
        if filename is not None and filename != key.rpartition("/")[2]:
            raise ValueError("Cloudinary gives a download the file's own name, and no other")
        place, issued = self.requests.place, now or datetime.now(timezone.utc)
        params = {
            "public_id": place.public_id(key),
            "type": place.type,
            "attachment": "1" if filename else "",
            "expires_at": str(int((issued + expires).timestamp())),
        }
        query = self.requests.signed(params, now=issued.timestamp())
        return f"{place.api(self._kind(key).value, 'download')}?{urlencode(query)}"

    def _kind(self, key: str) -> Kind:
        return Kind.RAW if key in self.strays else self.requests.place.kind(key)

    def _host(self) -> str:
        if self.custom_domain:
            return f"{self.protocol}://{self.custom_domain}"
        return f"{DELIVERY}/{self.requests.place.cloud}"


def transformation(
    *,
    width: int | None,
    height: int | None,
    resize: str | None,
    quality: int | None,
    focus: tuple[float, float] | None = None,
    automatic: bool = False,
) -> str:
    """What is wished of an image, as the service writes it. Raises ``ValueError`` for what it does not do."""
    parts = [*_wishes(width, height, resize, quality), *(["f_auto"] if automatic else [])]
    if focus is not None:
        parts += ["g_xy_center", f"x_{_decimal(focus[0])}", f"y_{_decimal(focus[1])}"]
    return ",".join(sorted(parts))


def _decimal(fraction: float) -> str:
    """With a point always: a whole number would be pixels."""
    return str(float(fraction))


def _wishes(width: int | None, height: int | None, resize: str | None, quality: int | None) -> Iterator[str]:
    if resize not in (None, *RESIZES):
        raise ValueError(f"Cloudinary resizes by {', '.join(RESIZES)}, not {resize!r}")
    if quality is not None and not 1 <= quality <= 100:
        raise ValueError(f"the quality of an image goes from 1 to 100, not {quality}")
    for size in (width, height):
        if size is not None and size < 1:
            raise ValueError(f"an image has at least one pixel, not {size}")
    if width or height:
        yield f"c_{resize or 'limit'}"
    elif resize:
        raise ValueError("a way to resize needs a width or a height")
    if width:
        yield f"w_{width}"
    if height:
        yield f"h_{height}"
    if quality:
        yield f"q_{quality}"
