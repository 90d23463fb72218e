"""Bad input is refused before anything is written, with the fix in the message."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.cli.conftest import Site, files, folder, run, use

NOBODY = 65534
VERBS = ("plan", "migrate", "copy")


def refused(verb: str, *arguments: str) -> str:
    """The message, with its lines joined; the verb has written nothing."""
    ran = run(verb, *arguments)
    assert ran.code == 2
    assert ran.out == ""
    return " ".join(ran.error.split())


@contextmanager
def unprivileged() -> Iterator[None]:
    """Root may read everything: be nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture(autouse=True)
def nothing_is_written(filled: Site) -> Iterator[None]:
    before = files(filled.media)
    yield
    assert files(filled.cloud) == {}
    assert files(filled.media) == before
    assert run("status", "--json").out == ""


@pytest.mark.parametrize("verb", VERBS)
class TestPair:
    def test_an_unknown_target(self, verb: str) -> None:
        assert "no entry 'clout' Known aliases: default, cloud" in refused(verb, "--to", "clout")

    def test_an_unknown_source(self, verb: str) -> None:
        assert "no entry 'old'" in refused(verb, "--from", "old", "--to", "cloud")

    def test_the_same_alias_twice(self, verb: str) -> None:
        assert "same place" in refused(verb, "--to", "default")

    def test_the_same_place_under_two_aliases(self, verb: str, filled: Site, settings: Any) -> None:
        use(settings, {**settings.STORAGES, "twin": folder(filled.media)})
        assert "same place" in refused(verb, "--to", "twin")

    def test_a_target_inside_the_source(self, verb: str, filled: Site, settings: Any) -> None:
        use(settings, {**settings.STORAGES, "inner": folder(filled.media / "stickers")})
        assert "inside the source" in refused(verb, "--to", "inner")

    def test_a_source_inside_the_target(self, verb: str, filled: Site, settings: Any) -> None:
        use(settings, {**settings.STORAGES, "outer": folder(filled.media.parent)})
        assert "inside the target" in refused(verb, "--to", "outer")

    def test_a_target_that_is_not_there(self, verb: str, filled: Site, settings: Any) -> None:
        use(settings, {**settings.STORAGES, "gone": folder(filled.cloud / "not" / "there")})
        assert "Create the bucket or folder" in refused(verb, "--to", "gone")

    def test_an_entry_that_cannot_be_used(self, verb: str, settings: Any) -> None:
        use(settings, {**settings.STORAGES, "broken": {"BACKEND": "no.such.Storage"}})
        assert "STORAGES['broken'] cannot be used" in refused(verb, "--to", "broken")

    def test_options_that_nobody_knows(self, verb: str, settings: Any) -> None:
        entry = {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": {"provider": "memory", "bukcet": "b"}}
        use(settings, {**settings.STORAGES, "typo": entry})
        assert "bucket" in refused(verb, "--to", "typo")

    def test_a_target_that_ends_with_the_process(self, verb: str, settings: Any) -> None:
        entry = {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": {"provider": "memory"}}
        use(settings, {**settings.STORAGES, "fleeting": entry})
        assert "Name a target that outlives it" in refused(verb, "--to", "fleeting")

    def test_a_source_that_cannot_be_read(self, verb: str, filled: Site) -> None:
        run("plan", "--to", "cloud")  # whatever is imported late is imported now
        filled.media.chmod(0)
        try:
            with unprivileged():
                assert "the source cannot be listed" in refused(verb, "--to", "cloud")
        finally:
            filled.media.chmod(0o755)


@pytest.mark.parametrize("verb", VERBS)
class TestModels:
    def test_an_unknown_model_with_a_near_name(self, verb: str) -> None:
        assert "did you mean scrapbook.Sticker?" in refused(verb, "--to", "cloud", "--model", "Stiker")

    def test_an_unknown_model(self, verb: str) -> None:
        assert "scrapbook.Postcard" in refused(verb, "--to", "cloud", "--model", "Zzz")

    def test_a_model_without_files(self, verb: str) -> None:
        assert "has no file field" in refused(verb, "--to", "cloud", "--model", "ContentType")


@pytest.mark.parametrize("verb", ["verify", "status", "back", "certificate"])
def test_an_unknown_move(verb: str) -> None:
    more = ("--output", "proof") if verb == "certificate" else ()
    assert "there is no move 'zzzzzz'" in refused(verb, "zzzzzz", *more)


@pytest.mark.parametrize(
    "arguments",
    [
        ("migrate",),
        ("migrate", "--to", "cloud", "--bandwidth", "fast"),
        ("migrate", "--to", "cloud", "--workers", "0"),
        ("verify", "--deep", "--sample", "3"),
        ("certificate", "abc"),
        ("back",),
        ("nosuch",),
    ],
)
def test_arguments_that_make_no_sense(arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert ran.code != 0
    assert ran.out == ""


def test_missing_and_orphans_name_the_known_aliases() -> None:
    for verb in ("missing", "orphans"):
        assert "Known aliases: default, cloud" in refused(verb, "--from", "nowhere")
