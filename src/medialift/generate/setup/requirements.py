"""The line that installs medialift with the driver that the provider needs."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

from medialift.generate.setup.values import Edit, Manual, Proposals, Site, appended

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILES = ("requirements.txt", "requirements/base.txt", "requirements/production.txt", "requirements.in")
NAMED = re.compile(r"^\s*django[-_.]medialift\b", re.IGNORECASE | re.MULTILINE)
LISTS = re.compile(r"(?m)^dependencies\s*=\s*\[")


def requirements(site: Site) -> Proposals:
    """An edit of the file that the project keeps its dependencies in, or the command of its tool."""
    line = f"django-medialift[{site.extra}]"
    for path in FILES:
        text = site.read(path)
        if text is not None:
            return Proposals() if NAMED.search(text) else Proposals((Edit(path, text, appended(text, f"{line}\n")),))
    text = site.read("pyproject.toml")
    if text is None:
        return Proposals(
            manual=(Manual("The requirement", f"pip install '{line}'", "no list of requirements is here"),)
        )
    if "django-medialift" in text:
        return Proposals()
    tool = _tool(site.read, text)
    if tool:
        return Proposals(manual=(Manual("The requirement", f"{tool} add '{line}'", f"{tool} keeps its own lock file"),))
    after = _with_dependency(text, line)
    if after is None:
        why = "pyproject.toml keeps its dependencies in a way that is not known here"
        return Proposals(manual=(Manual("The requirement", line, why),))
    return Proposals((Edit("pyproject.toml", text, after),))


def _tool(read: Callable[[str], str | None], text: str) -> str:
    """Whose lock file would not follow an edit."""
    locks = {"uv": "uv.lock", "poetry": "poetry.lock", "pdm": "pdm.lock"}
    found = next((tool for tool, lock in locks.items() if read(lock) is not None), "")
    return found or ("poetry" if "[tool.poetry.dependencies]" in text else "")


def _with_dependency(text: str, line: str) -> str | None:
    """*text* with one more dependency; ``None`` unless that is the only thing that the edit changes."""
    before = _parsed(text)
    listed = before.get("project", {}).get("dependencies") if before else None
    found = LISTS.search(text)
    if before is None or not isinstance(listed, list) or not found:
        return None
    end = "\r\n" if "\r\n" in text else "\n"
    after = f'{text[: found.end()]}{end}  "{line}",{text[found.end() :]}'
    wanted = {**before, "project": {**before["project"], "dependencies": [line, *listed]}}
    return after if _parsed(after) == wanted else None


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError:
        return None
