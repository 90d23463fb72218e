"""Small valid documents: PDFs, plain text, a scanned plate."""

from __future__ import annotations

from io import BytesIO
from random import Random
from time import gmtime

from PIL import Image, ImageDraw, ImageFont

from example.data.pictures import Palette, landscape

A5 = (559, 794)
EPOCH = gmtime(0)
WORDS = (
    "tide", "harbour", "lens", "light", "mud", "gull", "rope", "slack",
    "ebb", "flood", "salt", "marsh", "pier", "lantern", "shutter", "fog",
    "reed", "hull", "wake", "creek", "dune", "sluice", "heron", "keel",
)  # fmt: skip


def text(title: str, paragraphs: int = 4) -> bytes:
    """A page of plain text about nothing in particular."""
    random = Random(title)
    body = (" ".join(random.choices(WORDS, k=random.randint(30, 60))).capitalize() + "." for _ in range(paragraphs))
    return "\n\n".join([title, *body, ""]).encode()


def pdf(title: str, palette: Palette) -> bytes:
    """One A5 page with a heading and a picture."""
    page = Image.new("RGB", A5, "white")
    ImageDraw.Draw(page).text((50, 60), title, fill="#1f2a30", font=ImageFont.load_default(size=28))
    page.paste(landscape((459, 306), palette, title), (50, 140))
    body = BytesIO()
    page.save(body, "PDF", title=title, creationDate=EPOCH, modDate=EPOCH)
    return body.getvalue()


def plate(size: tuple[int, int], palette: Palette) -> bytes:
    """An uncompressed scan: three bytes for every pixel, so that it goes up in parts."""
    body = BytesIO()
    landscape(size, palette, "plate").save(body, "TIFF")
    return body.getvalue()
