"""Every finding has its section on the page, with the id and the message that the code has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import medialift
from medialift import checks, fields, smoke, switched
from medialift.cli import rewriting
from medialift.doctor.checks import RULES
from medialift.doctor.finding import Rule
from tests.docs.blocks import ROOT

FINDINGS = sorted(
    (*checks.FINDINGS, *RULES, smoke.RULE, *rewriting.RULES, *switched.RULES, fields.NO_VALIDATION),
    key=lambda rule: rule.id[-3:],
)
PAGE = (ROOT / "docs" / "reference" / "findings.md").read_text(encoding="utf-8")
CODE = sorted(Path(medialift.__file__).parent.rglob("*.py"))


def sections() -> dict[str, str]:
    parts = re.split(r"^## (medialift\.\w+)\n", PAGE, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_the_page_has_a_section_for_each_finding_and_for_no_other() -> None:
    assert list(sections()) == [finding.id for finding in FINDINGS]


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.id)
def test_a_section_begins_with_the_message(finding: Rule) -> None:
    assert sections()[finding.id].strip().splitlines()[0] == finding.message


def test_no_id_is_in_the_code_that_is_not_among_the_findings() -> None:
    written = {
        found for path in CODE for found in re.findall(r"medialift\.[EWI]\d{3}", path.read_text(encoding="utf-8"))
    }
    assert written == {finding.id for finding in FINDINGS}
