"""What a file's bytes say that it is.

Signatures come from puremagic. Three things are decided here: text, which has no signature; markup,
which browsers tell by the rules of the WHATWG's MIME Sniffing standard; and zip archives, which
many formats are.
"""

from __future__ import annotations

import re
import zipfile
from typing import Any

from medialift.content_types import UNKNOWN, guess
from medialift.stores.extras import missing_extra
from medialift.validators.candidate import Candidate, Needs
from medialift.validators.sparing import Sparing

TEXT = "text/plain"
HTML, SVG, XML, PHP = "text/html", "image/svg+xml", "text/xml", "application/x-httpd-php"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
"""The container of Microsoft's formats before 2007."""

_NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_TAGS = rb"html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|form|object|embed|link|meta|img|base"
_LEADING = rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,4096}?-->\s*)*"
_XML_HEAD = rb"(?:<\?xml[^>]{0,512}>\s*)?(?:<!--.{0,4096}?-->\s*)*"
_MARKUP = (
    (re.compile(_LEADING + rb"<\?php", re.IGNORECASE | re.DOTALL), PHP),
    (re.compile(_LEADING + _XML_HEAD + rb"(?:<!doctype\s+svg.{0,4096}?>\s*)?<(?:\w+:)?svg[\s>/]", re.I | re.S), SVG),
    (re.compile(_LEADING + _XML_HEAD + rb"<(?:!doctype\s+html|(?:" + _TAGS + rb")[\s>/])", re.I | re.S), HTML),
    (re.compile(_LEADING + rb"<(?:\?xml|!doctype|!entity)", re.IGNORECASE | re.DOTALL), XML),
)
_TEXTUAL_FORMATS = ("application/pdf", "application/rtf", "text/rtf", "application/postscript", "image/gif")
"""Formats whose signature is itself text, and too long to be there by chance."""
_CANONICAL = {
    "application/ogg": "audio/ogg",
    "application/x-gzip": "application/gzip",
    "application/x-rar-compressed": "application/vnd.rar",
    "application/x-rar": "application/vnd.rar",
    "application/msword": OLE,
    "application/vnd.ms-excel": OLE,
    "application/vnd.ms-powerpoint": OLE,
    "audio/wave": "audio/wav",
    "audio/x-wav": "audio/wav",
    "audio/x-flac": "audio/flac",
    "image/x-ms-bmp": "image/bmp",
    "image/x-icon": "image/vnd.microsoft.icon",
    "text/rtf": "application/rtf",
    "text/xsl": XML,
    "application/xml": XML,
}
"""One name for each format, whoever names it."""

_BY_EXTENSION = {
    ".jp2": "image/jp2",
    ".exe": "application/vnd.microsoft.portable-executable",
    ".jfif": "image/jpeg",
}
_OFFICE = {
    "word/": ".docx",
    "xl/": ".xlsx",
    "ppt/": ".pptx",
    "META-INF/MANIFEST.MF": ".jar",
    "AndroidManifest.xml": ".apk",
}
_MEMBERS = 2000
"""So many entries of a zip archive are looked at for what it is."""


def canonical(kind: str) -> str:
    """The one name that this package has for a media type."""
    plain = kind.partition(";")[0].strip().lower()
    return _CANONICAL.get(plain, plain)


def sniff(candidate: Candidate) -> str:
    """The media type that the bytes tell; :data:`~medialift.content_types.UNKNOWN` if they tell none.

    Raises :class:`~medialift.errors.MissingExtraError` without puremagic.
    """
    head = candidate.head()
    if not head:
        return UNKNOWN
    if markup := markup_of(head):
        return markup
    found = _signature(head)
    if is_text(head) and found not in _TEXTUAL_FORMATS:
        return TEXT
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(candidate) if candidate.offers is Needs.WHOLE else ZIP
    return canonical(found)


def is_text(head: bytes) -> bool:
    """Whether the bytes hold none that text does not hold."""
    return head.startswith(_BOMS[1:]) or not _NOT_TEXT.search(head)


def markup_of(head: bytes) -> str:
    """HTML, SVG, other XML or PHP if the bytes begin like one, else empty."""
    plain = head
    for bom, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(bom):
            plain = head[2:].decode(encoding, "ignore").encode()
    found = next((kind for pattern, kind in _MARKUP if pattern.match(plain)), "")
    if found == XML and re.search(rb"http://www\.w3\.org/(1999/xhtml|2000/svg)", plain):
        return SVG if b"2000/svg" in plain else HTML
    return found


def _signature(head: bytes) -> str:
    try:
        import puremagic
    except ModuleNotFoundError as error:
        raise missing_extra("validation", error) from error
    try:
        matches: list[Any] = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    return next((kind for kind in map(_kind, matches) if kind), UNKNOWN)


def _kind(match: Any) -> str:
    extension = str(match.extension).lower()
    return _BY_EXTENSION.get(extension) or str(match.mime_type) or guess(f"file{extension}")


def _zip_kind(candidate: Candidate) -> str:
    with candidate.opened() as opened:
        file: Any = Sparing(opened)
        try:
            with zipfile.ZipFile(file) as archive:
                names = archive.namelist()[:_MEMBERS]
                if names[:1] == ["mimetype"] and archive.infolist()[0].file_size < 200:
                    return canonical(archive.read("mimetype").decode("ascii", "replace"))
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
            return ZIP
    endings = (ending for part, ending in _OFFICE.items() if any(name.startswith(part) for name in names))
    kind = guess(f"file{next(endings, '.zip')}")
    return ZIP if kind == UNKNOWN else kind
