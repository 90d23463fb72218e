"""The settings: a block with a beginning and an end, after everything else in the module.

The module is never rewritten. What stands in it stays as it is, comments included; the block can be read,
moved, changed and removed as one piece, and a second run finds it again.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from medialift.generate.setup.values import Choices, Edit, Manual, Proposals, Site, appended

BEGIN = "# medialift: begin (written by `medialift init`; a second run replaces everything up to the end)"
END = "# medialift: end"
BLOCK = re.compile(rf"\n*{re.escape(BEGIN)}\r?\n.*?{re.escape(END)}\r?\n", re.DOTALL)
LEGACY = ("DEFAULT_FILE_STORAGE", "STATICFILES_STORAGE")


def settings(choices: Choices, site: Site) -> Proposals:
    """An edit of the settings module, or the block to paste where the module is an unusual one."""
    text = site.read(site.settings) if site.settings else None
    block = written(choices, _before_us(site, text or ""))
    why = "no settings module lies in the project" if text is None else unusual(BLOCK.sub("\n", text))
    if text is None or why:
        return Proposals(manual=(Manual("The settings", block, why),))
    bare = BLOCK.sub("\n", text) if BLOCK.search(text) else text
    after = appended(bare, f"\n\n{block}")
    return Proposals() if after == text else Proposals((Edit(site.settings, text, after),))


def _before_us(site: Site, text: str) -> Site:
    """*site* as it was without the block: on a second run the settings that are in force hold it."""
    own = BLOCK.search(text)
    if not own:
        return site
    installed = site.installed and "INSTALLED_APPS = [" not in own[0]
    return replace(site, installed=installed, storages="**STORAGES" in own[0], on_disk='"local": _' in own[0])


def unusual(text: str) -> str:
    """Why a block at the end would not do; empty if it does."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return "the settings module cannot be parsed"
    names = _assigned(tree)
    legacy = next((name for name in LEGACY if name in names), "")
    if legacy:
        return f"{legacy} is set, which Django refuses beside STORAGES: write it as an entry of STORAGES first"
    if "INSTALLED_APPS" not in names and "*" not in names:
        return "the settings module does not set INSTALLED_APPS itself"
    return ""


def _assigned(tree: ast.Module) -> set[str]:
    """The names that the module sets at its top level; ``*`` if it takes over another's."""
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and any(name.name == "*" for name in node.names):
            names.add("*")
        for target in getattr(node, "targets", [getattr(node, "target", None)]):
            if isinstance(target, ast.Name):
                names.add(target.id)
    return names


def written(choices: Choices, site: Site) -> str:
    """The block."""
    kept = "local" if site.on_disk else "before"
    found = 'STORAGES["default"]' if site.storages else '{"BACKEND": "django.core.files.storage.FileSystemStorage"}'
    others = "**STORAGES" if site.storages else f'"staticfiles": {{"BACKEND": "{STATIC}"}}'
    lines = [
        BEGIN,
        "import os  # noqa: E402",
        "",
        "import medialift  # noqa: E402",
        "",
        *([] if site.installed else ['INSTALLED_APPS = [*INSTALLED_APPS, "medialift"]', ""]),
        "# Uploads lie where they always did until MEDIA_STORAGE_URL names the bucket. CLOUD_STORAGE_URL names it",
        "# before that, so that `medialift doctor cloud` and `medialift migrate --to cloud` can reach it.",
        f"_MEDIA_BEFORE = {found}",
        "STORAGES = {",
        f"    {others},",
        f'    "{kept}": _MEDIA_BEFORE,',
        '    "default": medialift.config() if os.environ.get("MEDIA_STORAGE_URL") else _MEDIA_BEFORE,',
        "}",
        'if os.environ.get("CLOUD_STORAGE_URL"):',
        '    STORAGES["cloud"] = medialift.config(env="CLOUD_STORAGE_URL")',
        *(_STATIC_LINES if choices.static else ()),
        END,
    ]
    return "\n".join(lines) + "\n"


STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"
_STATIC_LINES = (
    "# Static files have a place of their own, never that of uploads.",
    'if os.environ.get("STATIC_STORAGE_URL"):',
    '    STORAGES["staticfiles"] = {',
    '        **medialift.config(env="STATIC_STORAGE_URL"),',
    '        "BACKEND": "medialift.staticfiles.ManifestStaticStorage",',
    "    }",
)
