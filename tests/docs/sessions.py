"""Which pages are run, and how."""

from __future__ import annotations

from tests.docs.blocks import ROOT

DOCS = ROOT / "docs"

CHAPTER = tuple(
    DOCS / "migrate" / f"{page}.md" for page in ("before-you-start", "plan", "copy", "verify", "switch", "back")
)
SESSIONS = {"readme": (ROOT / "README.md",), "tutorial": (DOCS / "tutorial.md",), "chapter": CHAPTER}
"""Pages whose ``console`` blocks are one session in one shell, from the top to the bottom."""

RUN_IN_SESSION = frozenset(page for pages in SESSIONS.values() for page in pages)

RUN_AS_PROGRAM = frozenset({
    ROOT / "README.md",
    DOCS / "explain" / "keys.md",
    DOCS / "files" / "images.md",
    DOCS / "files" / "validate.md",
    DOCS / "migrate" / "before-you-start.md",
    DOCS / "migrate" / "several-buckets.md",
    DOCS / "providers" / "any-storage.md",
    DOCS / "providers" / "cloudinary.md",
    DOCS / "providers" / "s3.md",
    DOCS / "providers" / "supabase.md",
    DOCS / "reference" / "settings.md",
    DOCS / "writing-a-store.md",
})  # fmt: skip
"""Pages whose ``python`` blocks are run, in order, in one module."""
