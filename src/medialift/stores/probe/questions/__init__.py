"""The questions, one file per group. Each yields its findings as it goes."""

from __future__ import annotations
