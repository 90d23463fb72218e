"""The example site's content: painted, written and filed the same way on every machine."""

from __future__ import annotations
