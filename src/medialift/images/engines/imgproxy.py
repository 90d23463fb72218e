"""imgproxy, a server of the site's own: every address is signed with a key that the two share.

Source: https://docs.imgproxy.net/usage/processing and https://docs.imgproxy.net/usage/signing_url
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

from medialift.bridge.opened import store_of
from medialift.errors import ConfigError
from medialift.images.engines.access import lasting_of, refuse_private
from medialift.images.originals import Original
from medialift.images.request import MIDDLE, Fit, Format, ImageRequest
from medialift.keys import key_for
from medialift.storage import MediaStorage
from medialift.storage.urls import signing_window
from medialift.stores import speaks_s3
from medialift.stores.spec import Secret

_FITS = {Fit.CONTAIN: "fit", Fit.COVER: "fill-down", Fit.FILL: "force"}
_EXTENSIONS = {Format.JPEG: "jpg", Format.PNG: "png", Format.WEBP: "webp", Format.AVIF: "avif", Format.GIF: "gif"}


@dataclass(frozen=True)
class ImgproxyEngine:
    """``address`` is the server's; ``key`` and ``salt`` are hexadecimal digits, as it takes them.

    ``source`` ``"s3"`` has it fetch originals with credentials of its own, ``"url"`` by their plain addresses.
    """

    address: str
    key: Secret
    salt: Secret
    source: str = "url"
    negotiates: bool = True

    def makes(self, format: Format) -> bool:
        return format in _EXTENSIONS or format in (Format.AUTO, Format.ORIGINAL)

    def url(self, original: Original, wished: ImageRequest) -> str:
        """A signed address; of a private original it ends. Raises ``ConfigError`` if imgproxy could not fetch that."""
        source = base64.urlsafe_b64encode(self._source(original).encode()).rstrip(b"=").decode()
        extension = "" if wished.format is Format.AUTO else f".{_extension(original, wished)}"
        path = f"/{'/'.join(_options(original, wished))}/{source}{extension}"
        return f"{self.address}/{signature(path, self.key, self.salt)}{path}"

    def _source(self, original: Original) -> str:
        if self.source == "url":
            refuse_private(original, "imgproxy", 'Give imgproxy credentials of its own, and set its source to "s3".')
            return str(original.storage.url(original.name))
        storage: Any = original.storage
        if not isinstance(storage, MediaStorage) or not speaks_s3(storage.options.spec.provider):
            raise ConfigError(
                f"{original.name!r} lies in no bucket that speaks S3", hint='Set the source of imgproxy to "url".'
            )
        spec = storage.options.spec
        key = key_for(original.name, store_of(storage).traits.key_rules)
        path = "/".join(part for part in (spec.container, spec.prefix, key) if part)
        return f"s3://{quote(path, safe='/')}"


def signature(path: str, key: Secret, salt: Secret) -> str:
    """What stands before *path* in an address; *path* begins with a slash."""
    message = bytes.fromhex(salt.reveal()) + path.encode()
    digest = hmac.digest(bytes.fromhex(key.reveal()), message, "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _extension(original: Original, wished: ImageRequest) -> str:
    return _EXTENSIONS[original.format if wished.format is Format.ORIGINAL else wished.format]


def _options(original: Original, wished: ImageRequest) -> Iterator[str]:
    if wished.width or wished.height:
        stretched = int(wished.fit is Fit.FILL)
        yield f"rs:{_FITS[wished.fit]}:{wished.width or 0}:{wished.height or 0}:{stretched}"
    if wished.fit is Fit.COVER and wished.focus != MIDDLE:
        yield f"g:fp:{wished.focus[0]:g}:{wished.focus[1]:g}"
    if wished.quality is not None:
        yield f"q:{wished.quality}"
    yield from ("ar:1", "sm:1", "scp:1")  # upright, without metadata, in sRGB: whatever the server is set to
    if (lasting := lasting_of(original.storage)) is not None:
        start, lasting = signing_window(lasting, datetime.now(timezone.utc))
        yield f"exp:{int((start + lasting).timestamp())}"
