"""Reads a project's own files for what will not survive a move to object storage."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

NOT_OWN = frozenset({"site-packages", "node_modules", ".venv", "venv", ".git", ".tox"})
"""Folders that lie inside many projects and hold other people's code."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one file; lines count from 1."""

    file: str
    number: int

    def __str__(self) -> str:
        return f"{self.file}:{self.number}"


def path_calls(folders: Iterable[str], fields: frozenset[str]) -> Iterator[Line]:
    """Where code below *folders* takes ``.path`` of an attribute that has the name of a file field."""
    for file in _files(folders, "*.py"):
        try:
            tree = ast.parse(file.read_bytes())
        except (OSError, SyntaxError, ValueError):
            continue  # what Python cannot read, the site does not run
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "path" and _name_of(node.value) in fields:
                yield Line(str(file), node.lineno)


def hard_coded_urls(folders: Iterable[str], media_url: str) -> Iterator[Line]:
    """Where templates below *folders* write *media_url* out in an attribute or in CSS."""
    written = re.compile(rf"""(?:=\s*["']?|url\(\s*["']?){re.escape(media_url)}""")
    for file in _files(folders, "*.html"):
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, ValueError):
            continue  # no template that Django could load
        for number, line in enumerate(text.splitlines(), 1):
            if written.search(line):
                yield Line(str(file), number)


def _files(folders: Iterable[str], pattern: str) -> Iterator[Path]:
    seen = {file for folder in folders for file in Path(folder).rglob(pattern) if _is_own(file, folder)}
    yield from sorted(seen)


def _is_own(file: Path, folder: str) -> bool:
    return not NOT_OWN.intersection(file.relative_to(folder).parts) and file.is_file()


def _name_of(value: ast.expr) -> str:
    return value.attr if isinstance(value, ast.Attribute) else ""
