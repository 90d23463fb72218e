"""Brings the providers' pages up to date: ``python -m tests.docs``."""

from __future__ import annotations

from tests.docs.providers import pages, up_to_date

for path in pages():
    path.write_text(up_to_date(path), encoding="utf-8")
