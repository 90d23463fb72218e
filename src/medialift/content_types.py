"""What kind of file this is: from its name, and from its first bytes where the name says nothing.

The table is the same on every machine: Python's own types without the system's ``mime.types``,
and what Python's older releases do not know.
"""

from __future__ import annotations

import mimetypes
import re

UNKNOWN = "application/octet-stream"
ENOUGH = 512
"""So many first bytes tell every type that :func:`guess` knows."""

_NEWER = {
    "image/apng": ".apng",
    "image/avif": ".avif",
    "image/heic": ".heic",
    "image/heif": ".heif",
    "image/jxl": ".jxl",
    "image/svg+xml": ".svg",
    "image/webp": ".webp",
    "audio/aac": ".aac",
    "audio/flac": ".flac",
    "audio/mp4": ".m4a",
    "audio/ogg": ".ogg",
    "audio/opus": ".opus",
    "audio/wav": ".wav",
    "video/mp4": ".m4v",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
    "font/otf": ".otf",
    "font/ttf": ".ttf",
    "font/woff": ".woff",
    "font/woff2": ".woff2",
    "text/javascript": ".js",
    "text/markdown": ".md",
    "application/epub+zip": ".epub",
    "application/xhtml+xml": ".xhtml",
    "application/geo+json": ".geojson",
    "application/manifest+json": ".webmanifest",
    "application/rtf": ".rtf",
    "application/vnd.android.package-archive": ".apk",
    "application/vnd.oasis.opendocument.graphics": ".odg",
    "application/vnd.oasis.opendocument.presentation": ".odp",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.rar": ".rar",
    "application/wasm": ".wasm",
    "application/x-7z-compressed": ".7z",
}
ACTIVE = frozenset({
    "application/ecmascript",
    "application/javascript",
    "application/mathml+xml",
    "application/rdf+xml",
    "application/x-javascript",
    "application/x-shockwave-flash",
    "application/xhtml+xml",
    "application/xml",
    "application/xslt+xml",
    "image/svg+xml",
    "message/rfc822",
    "multipart/related",
    "multipart/x-mixed-replace",
    "text/cache-manifest",
    "text/ecmascript",
    "text/html",
    "text/javascript",
    "text/xml",
    "text/xsl",
})  # fmt: skip
"""Types that browsers run scripts from when the file is opened as a page, or that a page may load as a script."""

_COMPRESSED = {
    "gzip": "application/gzip",
    "bzip2": "application/x-bzip2",
    "xz": "application/x-xz",
    "compress": "application/x-compress",
    "br": UNKNOWN,
}
_MAGIC = (
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"GIF8[79]a", "image/gif"),
    (rb"RIFF....WEBP", "image/webp"),
    (rb"....ftypavi[fs]", "image/avif"),
    (rb"....ftyphei[cx]", "image/heic"),
    (rb"....ftyp(mif1|msf1)", "image/heif"),
    (rb"....ftyp(isom|iso2|mp4[12]|avc1|M4V )", "video/mp4"),
    (rb"%PDF-", "application/pdf"),
    (rb"PK(\x03\x04|\x05\x06)", "application/zip"),
    (rb"\x1f\x8b", "application/gzip"),
    (rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]", "image/svg+xml"),
)
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), kind) for pattern, kind in _MAGIC)


def guess(name: str, first_bytes: bytes = b"") -> str:
    """The media type (RFC 6838), such as ``image/avif``; :data:`UNKNOWN` where nothing tells.

    A compressed file (``.tar.gz``) is what it is, not what it holds.
    """
    kind, encoding = _TABLE.guess_type(name.rpartition("/")[2].replace(":", "_"))
    if encoding:
        return _COMPRESSED.get(encoding, UNKNOWN)
    return kind or _from_bytes(first_bytes[:ENOUGH])


def is_active(kind: str) -> bool:
    """Whether a browser may run what a file of this type holds; parameters such as a charset do not matter."""
    plain = kind.partition(";")[0].strip().lower()
    return plain in ACTIVE or plain.endswith("+xml")


def served_type(name: str, first_bytes: bytes, told: str) -> str:
    """The type to store and serve a file as.

    The name's own type comes first, then the bytes'. *told*, which in an upload is the browser's word
    and so anybody's, counts only where these are silent, and never makes a file active.
    """
    kind = guess(name, first_bytes)
    if kind != UNKNOWN or not _is_type(told) or is_active(told):
        return kind
    return told


def _is_type(told: str) -> bool:
    return bool(re.fullmatch(r"[\w.+-]+/[\w.+-]+(\s*;[\x20-\x7e]*)?", told, re.ASCII))


def _from_bytes(first_bytes: bytes) -> str:
    return next((kind for pattern, kind in _PATTERNS if pattern.match(first_bytes)), UNKNOWN)


def _table() -> mimetypes.MimeTypes:
    table = mimetypes.MimeTypes()
    for kind, extension in _NEWER.items():
        table.add_type(kind, extension)
    return table


_TABLE = _table()
