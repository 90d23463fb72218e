"""What the service takes for an image or a video, told by the first bytes."""

from __future__ import annotations

import re

from medialift.testing.cloudinary import refusals

IMAGES = (
    (rb"\xff\xd8\xff", "jpg"),
    (rb"\x89PNG\r\n\x1a\n", "png"),
    (rb"GIF8[79]a", "gif"),
    (rb"RIFF....WEBP", "webp"),
    (rb"BM", "bmp"),
    (rb"(II\*\0|MM\0\*)", "tiff"),
    (rb"....ftyp(avif|avis)", "avif"),
    (rb"....ftyp(heic|heix|mif1)", "heic"),
    (rb"\s*(<\?xml.*?\?>\s*)?<svg[\s>]", "svg"),
)
VIDEOS = (
    (rb"....ftyp", "mp4"),
    (rb"\x1aE\xdf\xa3", "webm"),
    (rb"RIFF....AVI ", "avi"),
    (rb"RIFF....WAVE", "wav"),
    (rb"(ID3|\xff\xfb)", "mp3"),
    (rb"OggS", "ogg"),
    (rb"fLaC", "flac"),
)


def format_of(resource_type: str, data: bytes) -> str:
    """The format that the service finds, whatever the file is called; none of a raw file. Raises its refusals."""
    if not data:
        raise refusals.empty_file()
    if resource_type == "raw":
        return ""
    found = _matching(data, IMAGES if resource_type == "image" else VIDEOS)
    if found:
        return found
    if resource_type == "video":
        raise refusals.no_video()
    raise refusals.zip_as_image() if data.startswith(b"PK") else refusals.no_image()


def _matching(data: bytes, patterns: tuple[tuple[bytes, str], ...]) -> str:
    return next((name for pattern, name in patterns if re.match(pattern, data[:512], re.DOTALL)), "")
