"""Versions, proofs, verbs and dependencies on the pages are those of the code."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from medialift.cli.verbs import all_verbs
from medialift.doctor.checks import lifecycle as lifecycle_check
from medialift.generate.bucket import ABORT_AFTER_DAYS
from medialift.move.entry import TROUBLE
from medialift.report.json_parts import state_name
from medialift.stores.probe import FOLDER, LASTS, Subject, Verdict
from medialift.types import Proof, State
from tests.docs.blocks import PAGES, ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUARANTEES = (ROOT / "docs" / "explain" / "guarantees.md").read_text(encoding="utf-8")
PROBE = (ROOT / "docs" / "explain" / "probe.md").read_text(encoding="utf-8")
COPY = (ROOT / "docs" / "migrate" / "copy.md").read_text(encoding="utf-8")
UNEXPLAINED = ("all", "cloudinary")
"""Extras without a reason of their own: one is the sum of the others, one has no store yet."""
DEPENDENCIES = (ROOT / "docs" / "explain" / "decisions" / "2026-11-20-dependencies.md").read_text(encoding="utf-8")


def classified(kind: str) -> list[str]:
    """The versions that the classifiers name, oldest first."""
    found = (re.fullmatch(rf"{kind} :: (\d+\.\d+)", line) for line in PROJECT["classifiers"])
    return sorted(
        (match[1] for match in found if match), key=lambda version: [int(part) for part in version.split(".")]
    )


def first_cells(page: str) -> list[str]:
    """The code in the first cell of each table row."""
    return re.findall(r"^\| `([^`]+)` \|", page, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("word", "kind"), [("Python", "Programming Language :: Python"), ("Django", "Framework :: Django")]
)
def test_the_readme_names_the_versions_that_are_supported(word: str, kind: str) -> None:
    versions = classified(kind)
    assert f"{word} {versions[0]}–{versions[-1]}" in README


def test_the_readme_lists_every_verb_in_the_order_of_the_job() -> None:
    assert first_cells(README) == [verb.name for verb in all_verbs()]


def test_the_guarantees_name_every_proof() -> None:
    assert [cell for cell in first_cells(GUARANTEES) if "-" in cell] == [
        Proof.SERVER_CHECKED.value,
        Proof.ETAG_MD5.value,
        Proof.READ_BACK.value,
    ]


def test_the_page_about_probes_names_every_question_and_answer() -> None:
    answers = [verdict.value for verdict in Verdict]
    assert first_cells(PROBE) == [subject.value for subject in Subject] + answers
    assert f"for {LASTS.days} days" in PROBE
    assert f"`{FOLDER}/`" in PROBE


def test_the_guarantees_name_the_rule_for_unfinished_uploads() -> None:
    assert f"after {ABORT_AFTER_DAYS} days" in GUARANTEES
    assert lifecycle_check.RULE.id in GUARANTEES


def test_the_copy_page_explains_every_state_that_a_file_can_end_in() -> None:
    trouble = {state_name(state) for state in (*TROUBLE, State.MISSING_AT_BASELINE)}
    assert set(first_cells(COPY)) == trouble


def test_each_dependency_has_its_reason() -> None:
    extras = PROJECT["optional-dependencies"].items()
    lines = [*PROJECT["dependencies"], *(line for name, lines in extras if name not in UNEXPLAINED for line in lines)]
    named = {re.split(r"[<>=;\[ ]", line)[0] for line in lines}
    assert sorted(first_cells(DEPENDENCIES)) == sorted(named - {PROJECT["name"]})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    broken = [target for target in targets if not list(page.parent.glob(target + "*"))]
    assert broken == []
