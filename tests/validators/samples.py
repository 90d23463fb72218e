"""Files of many formats, made anew: what a visitor may send, and what an attacker may."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import wave
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from PIL import Image

from medialift.validators import Candidate


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise(size, 50).convert("RGB").save(buffer, kind, **options)
    return buffer.getvalue()


def animation(frames: int, size: tuple[int, int] = (8, 8), kind: str = "GIF") -> bytes:
    buffer = io.BytesIO()
    images = [
        Image.new("RGB", size, (number * 37 % 256, number * 101 % 256, number // 7 % 256)) for number in range(frames)
    ]
    images[0].save(buffer, kind, save_all=True, append_images=images[1:])
    return buffer.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that announces so many pixels, and has them: all of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + (width + 7) // 8)) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zipped(files: Mapping[str, bytes | str], *, mimetype: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        if mimetype:
            archive.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(*members: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for member in members or (tarfile.TarInfo("a.txt"),):
            archive.addfile(member, io.BytesIO(bytes(member.size)))
    return buffer.getvalue()


def sound() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2000))
    return buffer.getvalue()


PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
EXE = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0d\x86" + bytes(200)
OFFICE = {"[Content_Types].xml": "<Types/>", "_rels/.rels": "<r/>"}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="5" height="5"/></svg>'

GOOD: dict[str, bytes] = {
    "a.jpg": picture("JPEG"),
    "a.JPEG": picture("JPEG"),
    "a.png": picture("PNG"),
    "a.gif": picture("GIF"),
    "a.webp": picture("WEBP"),
    "a.bmp": picture("BMP"),
    "a.tiff": picture("TIFF"),
    "a.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200),
    "a.pdf": PDF,
    "a.zip": zipped({"a.txt": "x" * 100}),
    "a.docx": zipped({**OFFICE, "word/document.xml": "<w/>"}),
    "a.xlsx": zipped({**OFFICE, "xl/workbook.xml": "<w/>"}),
    "a.pptx": zipped({**OFFICE, "ppt/presentation.xml": "<w/>"}),
    "a.odt": zipped({"content.xml": "<w/>"}, mimetype="application/vnd.oasis.opendocument.text"),
    "a.epub": zipped({"META-INF/container.xml": "<w/>"}, mimetype="application/epub+zip"),
    "a.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "a.tar": tarred(),
    "a.tar.gz": gzip.compress(tarred()),
    "a.wav": sound(),
    "a.mp3": b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + b"\xff\xfb\x90\x64" + bytes(413),
    "a.flac": b"fLaC\0\0\0\x22" + bytes(100),
    "a.ogg": b"OggS\0\2" + bytes(22) + b"\x01vorbis" + bytes(100),
    "a.mp4": b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(100),
    "a.mov": b"\0\0\0\x14ftypqt  \0\0\2\0qt  " + bytes(100),
    "a.webm": b"\x1aE\xdf\xa3\x9fB\x86\x81\1B\xf7\x81\1B\xf2\x81\4B\xf3\x81\x08B\x82\x84webmB\x87\x81\4" + bytes(100),
    "a.txt": "Grüße aus Köln\n".encode() * 5,
    "latin.txt": "Grüße aus Köln\n".encode("latin-1") * 5,
    "excel.csv": "a;b\n1;2\n".encode("utf-16"),
    "a.csv": b"a,b,c\n1,2,3\n",
    "bm.csv": b"BM,b,c\n1,2,3\n",
    "a.json": b'{"a": [1, 2, 3]}',
    "a.md": b"<h1 align='center'>A project</h1>\n\nText\n",
    "a.rtf": b"{\\rtf1\\ansi hello}",
}
"""Each under a name that is its own."""


def candidate(name: str, data: bytes, storage: Any = None) -> Candidate:
    return Candidate(name, len(data), io.BytesIO(data), storage=storage)
