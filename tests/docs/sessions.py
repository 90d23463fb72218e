"""Which pages are run, and how."""

from __future__ import annotations

from tests.docs.blocks import ROOT

DOCS = ROOT / "docs"

RUN_IN_SESSION = frozenset({ROOT / "README.md", DOCS / "tutorial.md"})
"""Pages whose ``console`` blocks are one session in one shell, from the top to the bottom."""

RUN_AS_PROGRAM = frozenset({ROOT / "README.md", DOCS / "reference" / "settings.md", DOCS / "writing-a-store.md"})
"""Pages whose ``python`` blocks are run, in order, in one module."""
