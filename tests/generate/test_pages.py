"""The reference page shows what the code writes."""

from __future__ import annotations

import re

from medialift.generate.rls import Access
from medialift.generate.rls_check import Fault
from tests.generate.pages import EXAMPLES, PAGE, with_examples


def test_every_example_is_what_the_code_writes() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_examples(page), "run: python -m tests.generate.pages"
    assert set(re.findall(r"<!-- example: (\w+) -->", page)) == EXAMPLES.keys()


def test_every_fault_of_live_policies_and_every_kind_of_access_is_explained() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(rls-[a-z-]+)` \|", page, re.MULTILINE)) == {fault.value for fault in Fault}
    assert set(re.findall(r"^\| `([a-z]+(?:-[a-z]+)+)` \| [A-Z]", page, re.MULTILINE)) >= {
        access.value for access in Access
    }
