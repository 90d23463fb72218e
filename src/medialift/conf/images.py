"""Who makes images in other sizes: the option ``images`` of a storage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medialift.errors import ConfigError
from medialift.stores.spec import Secret

ENGINES = ("embedded", "cloudinary", "supabase", "cloudflare", "imgproxy")
EXPECTED = (
    f"one of {', '.join(ENGINES)}, or a dict such as "
    '{"engine": "imgproxy", "url": "https://images.example.com", "key": "…", "salt": "…"}'
)
_KEYS = {
    "embedded": (),
    "cloudinary": (),
    "supabase": (),
    "cloudflare": ("url",),
    "imgproxy": ("url", "key", "salt", "source"),
}
_NEEDED = {"imgproxy": ("url", "key", "salt")}
SOURCES = ("url", "s3")


@dataclass(frozen=True, slots=True)
class ImageOptions:
    """One engine, and what it needs.

    ``url`` is its address: imgproxy's, or that of the zone at Cloudflare (empty: the site's own). ``key``
    and ``salt`` are imgproxy's, in hexadecimal digits. ``source`` says how imgproxy gets the originals:
    ``"url"`` by their plain addresses, ``"s3"`` with credentials of its own.
    """

    engine: str
    url: str = ""
    key: Secret | None = None
    salt: Secret | None = None
    source: str = "url"


def images(value: object) -> ImageOptions:
    """Read what was written. Raises ``ValueError`` with what was expected."""
    if isinstance(value, ImageOptions):
        return value
    said = {"engine": value} if isinstance(value, str) else dict(value) if isinstance(value, Mapping) else {}
    engine = said.pop("engine", None)
    if engine not in ENGINES or not all(isinstance(part, str) and part for part in said.values()):
        raise ValueError(EXPECTED)
    if unknown := [name for name in said if name not in _KEYS[engine]]:
        known = ", ".join(_KEYS[engine]) or "nothing else"
        raise ValueError(f"for {engine}, a dict with {known}, and without {', '.join(unknown)}")
    if missing := [name for name in _NEEDED.get(engine, ()) if name not in said]:
        raise ValueError(f"for {engine}, a dict that also has {', '.join(missing)}")
    source = said.get("source", SOURCES[0])
    if source not in SOURCES:
        raise ValueError(f"for {engine}, a dict whose source is {' or '.join(SOURCES)}")
    url = said.get("url", "").rstrip("/")
    return ImageOptions(engine, url, _hex(said.get("key")), _hex(said.get("salt")), source)


def check_engine(images: ImageOptions, provider: str, access: str, bucket_speaks_s3: bool) -> None:
    """Raise ``ConfigError`` for an engine that cannot work where the originals lie, or would give them away."""
    engine = images.engine
    if engine in ("cloudinary", "supabase") and provider != engine:
        raise ConfigError(
            f"images={engine!r} is for files that lie there, and these lie at {provider}", hint='Set it to "embedded".'
        )
    if engine == "imgproxy" and images.source == "s3" and not bucket_speaks_s3:
        raise ConfigError("imgproxy cannot fetch from this provider by S3", hint='Set its source to "url".')
    if access == "private" and (engine == "cloudflare" or (engine == "imgproxy" and images.source == "url")):
        raise ConfigError(
            f"the files are private, and what {engine} makes of them would be public",
            hint='Set images to "embedded", or to imgproxy with {"source": "s3"}.',
        )


def _hex(digits: str | None) -> Secret | None:
    if digits is None:
        return None
    try:
        bytes.fromhex(digits)
    except ValueError:
        raise ValueError("a dict whose key and salt are hexadecimal digits, as imgproxy takes them") from None
    return Secret(digits)
