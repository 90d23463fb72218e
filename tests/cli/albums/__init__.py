"""A small site's app: two models with files in the site's default storage."""

from __future__ import annotations
