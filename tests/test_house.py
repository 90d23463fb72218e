"""Promises about the code as a whole: what is public, what ships, and how its files look."""

from __future__ import annotations

import ast
import importlib.metadata
import inspect
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import medialift
from medialift import errors

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(medialift.__file__).resolve().parent
CHECKED_OUT = PACKAGE == ROOT / "src" / "medialift"
"""False where the built wheel is tested, with no sources around."""

LONG_FILES = {
    "storage/media.py": "Django's Storage contract: one class that says all of it, method by method",
    "stores/s3/store.py": "the contract of a store: one class that says all of it, verb by verb",
    "types.py": "the whole vocabulary that travels between rooms, readable in one place",
}
LIMIT = 300

# The classes of one letter keep this file from naming them too.
UNWANTED = re.compile(r"(?<![\w.~-])/[w]ork/|/[r]oot/|\.[p]yenv/|[p]ypi\.org|[p]ythonhosted")

SHIPPED = {".py", ".toml", ".html", ".txt", ".css", ".js", ".svg", ".po", ".mo"}
FOUND_BY_PATH = ["py.typed", "providers/data/*.toml", "migrations/0001_*.py", "management/commands/*.py"]
DERIVED = {".git", ".venv", ".tox", "build", "dist", "__pycache__", "_build", ".hypothesis"}
BINARY = {".jpg", ".jpeg", ".png", ".webp", ".pdf", ".sqlite3", ".gz", ".zip", ".mo", ".ico"}


# ── what is public ───────────────────────────────────────────────────────────────────────────


def test_all_names_what_the_package_offers_and_nothing_else() -> None:
    offered = {
        name
        for name in {*vars(medialift), *medialift.__all__}
        if not name.startswith("_") and not inspect.ismodule(getattr(medialift, name))
    } - {"annotations", "TYPE_CHECKING", "Any", "import_module"}

    assert offered == set(medialift.__all__)
    assert len(medialift.__all__) == len(set(medialift.__all__))


def test_every_error_is_public() -> None:
    tree = {name for name, kind in vars(errors).items() if inspect.isclass(kind) and kind.__module__ == errors.__name__}

    assert tree <= set(medialift.__all__)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = medialift.no_such_name


def test_the_version_is_that_of_the_distribution() -> None:
    assert importlib.metadata.version("django-medialift") == medialift.__version__


# ── what an import costs ─────────────────────────────────────────────────────────────────────


def imported_by(statement: str) -> set[str]:
    """Top-level modules that a new interpreter has loaded after *statement*, without any Django settings."""
    code = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    command = [sys.executable, "-W", "error", "-c", code]
    environment = {"PATH": "", "PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["medialift", "medialift.stores", "medialift.move", "medialift.report"])
def test_no_sdk_is_imported_before_a_store_needs_it(module: str) -> None:
    assert not imported_by(f"import {module}") & {"boto3", "botocore", "obstore", "httpx", "cloudinary"}


@pytest.mark.parametrize("statement", ["import medialift", "from medialift import config"])
def test_a_settings_module_may_import_the_package(statement: str) -> None:
    assert "medialift" in imported_by(statement)


@pytest.mark.parametrize("room", ["stores", "providers", "move", "report", "testing"])
def test_an_engine_room_runs_without_django(room: str) -> None:
    assert "django" not in imported_by(f"import medialift.{room}")


# ── what ships ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files of the wheel: built here from the sources, or as it was installed."""
    if not CHECKED_OUT:
        files = importlib.metadata.files("django-medialift") or []
        return {str(file) for file in files if "__pycache__" not in file.parts}
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_the_package_and_nothing_else(shipped: set[str]) -> None:
    assert {name.partition("/")[0].partition("-")[0] for name in shipped} == {"medialift", "django_medialift"}
    assert {Path(name).suffix for name in shipped if name.startswith("medialift/")} - {""} <= SHIPPED | {".typed"}


@pytest.mark.parametrize("pattern", FOUND_BY_PATH)
def test_the_wheel_holds_what_is_found_by_path(shipped: set[str], pattern: str) -> None:
    here = {f"medialift/{file.relative_to(PACKAGE).as_posix()}" for file in PACKAGE.glob(pattern)}

    assert here
    assert here <= shipped


@pytest.mark.skipif(not CHECKED_OUT, reason="compares the wheel with the sources, and there are none here")
def test_the_wheel_leaves_no_source_file_out(shipped: set[str]) -> None:
    sources = {file for file in PACKAGE.rglob("*") if file.is_file() and "__pycache__" not in file.parts}

    assert {f"medialift/{file.relative_to(PACKAGE).as_posix()}" for file in sources} <= shipped


# ── how the files look ───────────────────────────────────────────────────────────────────────


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file of the tree that people wrote."""
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = [name for name in subfolders if name not in DERIVED and not name.endswith("_cache")]
        for file in (Path(folder, name) for name in sorted(names)):
            if file.suffix not in BINARY:
                yield file, file.read_text(encoding="utf-8", errors="replace")


def python_files() -> list[Path]:
    places = [PACKAGE, *(ROOT / name for name in ("tests", "example", "docs"))]
    return [file for place in places for file in sorted(place.rglob("*.py")) if "__pycache__" not in file.parts]


def test_every_python_file_postpones_its_annotations() -> None:
    assert [str(file.relative_to(ROOT)) for file in python_files() if not _postpones_annotations(file)] == []


def _postpones_annotations(file: Path) -> bool:
    statements = [node for node in ast.parse(file.read_text(encoding="utf-8")).body if not _is_text(node)]
    return not statements or ast.unparse(statements[0]) == "from __future__ import annotations"


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_no_file_outgrows_one_reading() -> None:
    lengths = {
        file.relative_to(PACKAGE).as_posix(): len(file.read_text(encoding="utf-8").splitlines())
        for file in PACKAGE.rglob("*.py")
    }
    too_long = {name for name, lines in lengths.items() if lines > LIMIT}

    assert too_long <= set(LONG_FILES), "split the file, or say in LONG_FILES why it is one thing"


def test_the_tree_names_no_machine_and_no_registry() -> None:
    named = [f"{file.relative_to(ROOT)}: {found[0]}" for file, text in texts() if (found := UNWANTED.search(text))]
    assert named == []


def test_changelog_fragments_are_one_sentence_for_users() -> None:
    kinds = "removed|deprecated|added|changed|fixed|security"
    for file in sorted((ROOT / "changelog.d").iterdir()):
        if file.name.startswith("."):
            continue
        text = file.read_text(encoding="utf-8").strip()
        assert re.fullmatch(rf"(\+[a-z0-9-]+|\d+)\.({kinds})\.md", file.name), f"{file.name}: +slug.kind.md"
        assert text.endswith("."), f"{file.name}: a sentence ends with a full stop"
        assert "\n\n" not in text, f"{file.name}: one sentence is one paragraph"
