"""Sphinx reads this: `make docs`. Nothing here goes to a network, so the pages build on a train."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

import medialift

django.setup()

project = "medialift"
author = "The medialift maintainers"
project_copyright = "The medialift maintainers, MIT licence"
version = release = medialift.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
myst_heading_slug_func = "docutils.nodes.make_id"  # the same anchors with every version of MyST
html_theme = "furo"
html_title = "medialift"
highlight_language = "text"

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "mixed"
# Types of Python, Django and the SDKs: their pages are elsewhere, and a build needs no network.
nitpick_ignore_regex = [
    (r"py:.*", r"(?!medialift).*"),
]
nitpick_ignore = [
    ("py:class", "medialift.stores.base.A"),  # the type variable of capability()
    ("py:mod", "medialift.ledger"),  # the journal's tables: inside the package, no promise
]
