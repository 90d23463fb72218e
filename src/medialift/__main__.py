"""``python -m medialift VERB …``: the same verbs where ``INSTALLED_APPS`` does not name medialift yet.

For ``init``, which is what puts it there. Run it in the folder that holds ``manage.py``. Help and version
need no settings, and so no project.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

SETTINGS = "DJANGO_SETTINGS_MODULE"
REFUSED = 2
_IN_MANAGE = re.compile(rf"""["']{SETTINGS}["']\s*[,:=]\s*["']([\w.]+)["']""")
_NEEDS_NO_SITE = ("-h", "--help", "--version")
_NO_SETTINGS = f"""\
there is no manage.py here, and {SETTINGS} is not set
  Run it in the folder that holds manage.py, or name the settings: --settings mysite.settings
  python -m medialift --help lists the verbs, and python -m medialift plan --help teaches one."""


def main() -> None:
    """Find the settings as ``manage.py`` would, and hand over to the command."""
    words = sys.argv[1:] or ["--help"]
    sys.path.insert(0, os.getcwd())
    if any(word in _NEEDS_NO_SITE for word in words):
        _pretend()
    elif module := _settings_module(words):
        os.environ[SETTINGS] = module
        _load(module)
    else:
        _refuse(_NO_SETTINGS)
    _run(words)


def _settings_module(words: Sequence[str]) -> str:
    """What names the settings: an option, else the environment, else ``manage.py``."""
    for number, word in enumerate(words):
        if word.startswith("--settings"):
            return word.partition("=")[2] or "".join(words[number + 1 : number + 2])
    manage = Path("manage.py")
    found = _IN_MANAGE.search(manage.read_text(encoding="utf-8")) if manage.is_file() else None
    return os.environ.get(SETTINGS) or (found[1] if found else "")


def _load(module: str) -> None:
    from django.conf import settings

    from medialift.errors import MedialiftError

    try:
        installed = settings.INSTALLED_APPS
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        _refuse(f"there is no settings module {module!r}\n  Run it in the folder from which it can be imported.")
    except MedialiftError as error:
        _refuse(f"{module}: {error}")
    if not {"medialift", "medialift.apps.MedialiftConfig"} & set(installed):
        settings.INSTALLED_APPS = [*installed, "medialift"]


def _pretend() -> None:
    """Settings that are just enough to show a help page."""
    from django.conf import settings

    settings.configure(INSTALLED_APPS=["django.contrib.contenttypes", "medialift"])


def _run(words: Sequence[str]) -> None:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["python -m", "medialift", *words])


def _refuse(why: str) -> NoReturn:
    sys.stderr.write(f"python -m medialift: {why}\n")
    sys.exit(REFUSED)


if __name__ == "__main__":
    main()
