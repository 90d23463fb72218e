from __future__ import annotations

from tests.docs.blocks import ROOT
from tests.docs.options import table

PAGE = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")


def test_the_page_tells_every_option_with_its_type_default_and_other_names() -> None:
    assert PAGE.endswith("## The options\n\n" + table() + "\n")
