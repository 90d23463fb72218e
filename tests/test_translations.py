"""What visitors read, in every language that ships: complete, with the same blanks to fill in, and compiled."""

from __future__ import annotations

import ast
import gettext
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.core.exceptions import ValidationError
from django.template import Context, Engine
from django.utils import translation

import medialift
from medialift.uploads.words import WORDS
from medialift.validators import Candidate, FileSize, FileType

PACKAGE = Path(medialift.__file__).parent
CATALOGUES = sorted(PACKAGE.glob("locale/*/LC_MESSAGES/django.po"))
MARKS = ("_", "gettext", "gettext_lazy", "ngettext")
IN_TEMPLATES = re.compile(r'{% translate "(.*?)" %}|{% blocktranslate[^%]*%}(.*?){% (?:plural|endblocktranslate) %}')
BLANKS = re.compile(r"%\(\w+\)s|\{\w+\}")


def marked() -> Iterator[str]:
    """Every text of the package that is to be translated, as its source has it."""
    for file in PACKAGE.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text())):
            match call:
                case ast.Call(func=ast.Name(id=mark), args=[ast.Constant(value=text), *_]) if mark in MARKS:
                    yield str(text)
    for file in PACKAGE.rglob("*.html"):
        for found in IN_TEMPLATES.finditer(file.read_text()):
            yield found[1] or re.sub(r"{{ (\w+) }}", r"%(\1)s", found[2])


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parts[-3])
def test_a_translation_is_complete_and_fits(file: Path) -> None:
    with file.open("rb") as opened:
        catalogue = read_po(opened)
    texts = {_first(message.id): message for message in catalogue if message.id}
    assert texts.keys() == set(marked())
    assert [message.id for message in texts.values() if message.fuzzy] == []
    for text, message in texts.items():
        written = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        assert written, text
        assert all(written), text
        assert [set(BLANKS.findall(one)) for one in written] == [set(BLANKS.findall(text))] * len(written)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    assert _read(file.with_suffix(".mo").read_bytes()) == _read(compiled.getvalue()), "run compilemessages"


def test_a_german_site_speaks_german() -> None:
    with translation.override("de"):
        with pytest.raises(ValidationError, match=r"zu groß: 1,5 MB\. Höchstens 1 MB"):
            FileSize("1MB").check(Candidate("a.pdf", 1_500_000))
        with pytest.raises(ValidationError, match=r"\(ein PDF-Dokument\).*Bilder, \.csv"):
            FileType(["image/*", ".csv"]).check(Candidate("a.pdf", 1))
        assert str(WORDS["cancel"]) == "Abbrechen"
        page = frozen_page(rest=1)
        assert '<html lang="de">' in page
        assert "in 1 Sekunde noch" in page
    assert "in 5 seconds." in frozen_page(rest=5)


def frozen_page(**context: int) -> str:
    engine = Engine(dirs=[str(PACKAGE / "templates")], libraries={"i18n": "django.templatetags.i18n"})
    return str(engine.get_template("medialift/frozen.html").render(Context(context)))


def _first(text: Any) -> str:
    """A text, or the first of its plurals."""
    return str(text if isinstance(text, str) else text[0])


def _read(data: bytes) -> dict[Any, str]:
    """What a program finds in a compiled catalogue, without the notes at its head."""
    found: dict[Any, str] = vars(gettext.GNUTranslations(io.BytesIO(data)))["_catalog"]
    return {text: told for text, told in found.items() if text}
