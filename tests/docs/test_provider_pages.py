"""Each provider has its page, whose tables say what its data file says."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from medialift.cli.verbs import all_verbs
from medialift.conf import resolve
from medialift.conf.dsn import options_of
from medialift.providers import load_provider, provider_ids
from medialift.stores import open_store
from tests.docs.blocks import ROOT
from tests.docs.providers import BLOCKS, COMPARISON, PROVIDERS, differences, dsn, page_of, pages, up_to_date

CHAPTERS = [
    "In the dashboard",
    "In the settings",
    "What it cannot do, and what medialift does about it",
    "What it costs",
    "Errors and what they mean",
    "What was tried",
    "Where this comes from",
]
OF_ITS_OWN = {"supabase", "cloudinary"}
"""Pages with further chapters, in an order of their own."""


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_a_page_is_up_to_date(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == up_to_date(page), "run: python -m tests.docs"


@pytest.mark.parametrize("provider", sorted({*provider_ids()} - OF_ITS_OWN))
def test_a_page_has_what_people_look_for(provider: str) -> None:
    page = page_of(provider).read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", page, flags=re.MULTILINE) == CHAPTERS
    assert re.findall(r"<!-- begin: (\w+) -->", page) == list(BLOCKS)


@pytest.mark.parametrize("name", BLOCKS)
def test_the_page_of_both_ways_into_supabase_has_the_same_parts(name: str) -> None:
    assert f"<!-- begin: {name} -->" in page_of("supabase").read_text(encoding="utf-8")


def test_every_page_is_in_the_table_of_contents() -> None:
    contents = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    found = {path.stem for path in PROVIDERS.glob("*.md")}
    assert {name for name in found if f"\nproviders/{name}\n" not in contents} == set()


def test_the_comparison_names_every_provider_that_can_be_chosen() -> None:
    page = COMPARISON.read_text(encoding="utf-8")
    labels = [provider.label for provider in map(load_provider, provider_ids()) if provider.choosing]
    assert len(labels) >= 12
    assert [label for label in labels if label not in page] == []


@pytest.mark.parametrize("page", sorted(PROVIDERS.glob("*.md")), ids=lambda page: page.stem)
def test_every_command_on_a_page_is_one_that_medialift_has(page: Path) -> None:
    verbs = {verb.name: verb for verb in all_verbs()}
    for written in re.findall(r"manage\.py medialift ([^`>$]+?)(?: >[^`]*)?[`\n$]", page.read_text(encoding="utf-8")):
        verb, *arguments = written.split()
        parser = argparse.ArgumentParser(exit_on_error=False)
        verbs[verb].add_arguments(parser)
        if arguments:  # a verb alone is its name in a sentence
            parser.parse_args(arguments)


@pytest.mark.parametrize("provider", provider_ids())
class TestEveryProvider:
    def test_the_line_for_the_environment_opens_a_store(self, provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """It sends nothing: keys are asked for when the first request is made."""
        for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
            monkeypatch.delenv(name, raising=False)
        written = dsn(load_provider(provider))
        store = open_store(resolve({**options_of(written), **_keys(provider)}, {}).spec)
        assert (store.identity.provider, store.identity.prefix) == (provider, "media")
        store.close()

    def test_every_difference_has_an_answer_in_words(self, provider: str) -> None:
        told = list(differences(load_provider(provider)))
        assert len(told) >= 6
        assert [answer for _, answer in told if not 10 < len(answer) < 400 or "|" in answer] == []
        assert [fact.reason for fact, _ in told if "|" in fact.reason] == []


def _keys(provider: str) -> dict[str, str]:
    known = load_provider(provider).environment
    return {name: "key" for name in ("access_key_id", "secret_access_key", "service_key") if name in known}
