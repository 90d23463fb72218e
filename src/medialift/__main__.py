"""``python -m medialift VERB …``: the same verbs where ``INSTALLED_APPS`` does not name medialift yet.

For ``init``, which is what puts it there. Run it in the folder that holds ``manage.py``.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

SETTINGS = "DJANGO_SETTINGS_MODULE"
_IN_MANAGE = re.compile(rf"""["']{SETTINGS}["']\s*[,:=]\s*["']([\w.]+)["']""")


def main() -> None:
    """Find the settings as ``manage.py`` would, and hand over to the command."""
    manage = Path("manage.py")
    found = _IN_MANAGE.search(manage.read_text(encoding="utf-8")) if manage.is_file() else None
    if found:
        os.environ.setdefault(SETTINGS, found[1])
    sys.path.insert(0, os.getcwd())
    for number, word in enumerate(sys.argv):
        if word.startswith("--settings"):
            os.environ[SETTINGS] = word.partition("=")[2] or "".join(sys.argv[number + 1 : number + 2])
    if not os.environ.get(SETTINGS):
        sys.exit("python -m medialift: run it beside manage.py, or name the settings with --settings")
    _run()


def _run() -> None:
    from django.conf import settings
    from django.core.management import execute_from_command_line

    if not {"medialift", "medialift.apps.MedialiftConfig"} & set(settings.INSTALLED_APPS):
        settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "medialift"]
    execute_from_command_line(["python -m medialift", "medialift", *sys.argv[1:]])


if __name__ == "__main__":
    main()
