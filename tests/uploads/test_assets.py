"""The widget's files: what a site's static files storage does to them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

import medialift
from tests.servers.process import find_program

FOLDER = Path(medialift.__file__).parent / "static" / "medialift" / "uploads"
SCRIPTS = sorted(FOLDER.glob("*.js"))
IMPORT = re.compile(r"^import .* from \"(.*)\";$", re.MULTILINE)


@pytest.mark.parametrize("rewrites", [False, True])
def test_hashed_names_lead_to_files_that_are_there(tmp_path: Path, rewrites: bool) -> None:
    place = tmp_path / "medialift" / "uploads"
    place.mkdir(parents=True)
    for file in FOLDER.iterdir():
        (place / file.name).write_bytes(file.read_bytes())

    class Storage(ManifestStaticFilesStorage):
        support_js_module_import_aggregation = rewrites

    storage = Storage(location=tmp_path, base_url="/static/")
    paths = {
        path.relative_to(tmp_path).as_posix(): (storage, path.relative_to(tmp_path).as_posix())
        for path in place.iterdir()
    }
    for name, _hashed, outcome in storage.post_process(paths):
        assert not isinstance(outcome, Exception), (name, outcome)
    main = place / Path(storage.stored_name("medialift/uploads/element.js")).name
    seen = reached(main)
    assert len(seen) == len(SCRIPTS)
    assert all(len(name.split(".")) == 3 for name in seen) or not rewrites


def reached(script: Path) -> set[str]:
    """All that a browser loads, beginning with *script*."""
    found, left = set(), [script]
    while left:
        file = left.pop()
        if file.name in found:
            continue
        found.add(file.name)
        left += [file.parent / url for url in IMPORT.findall(file.read_text())]
    return found


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_is_short_and_evaluates_nothing(script: Path) -> None:
    text = script.read_text()
    assert len(text.splitlines()) < 250
    assert not re.search(r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write|\.style\.", text)


def test_the_scripts_keep_the_types_that_they_note() -> None:
    checker = find_program("tsc")
    if checker is None:
        pytest.skip("TypeScript is not available: npm install --global typescript")
    strict = "--allowJs --checkJs --noEmit --strict --module es2022 --target es2022 --lib es2022,dom,dom.iterable"
    found = subprocess.run(
        [checker, *strict.split(), "--moduleResolution", "bundler", *SCRIPTS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.stdout, found.returncode) == ("", 0)
