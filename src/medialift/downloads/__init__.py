"""Private downloads."""

from __future__ import annotations
