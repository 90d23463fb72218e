"""A small real site: a photo club's albums and papers, on SQLite, with its media on disk or in a bucket."""

from __future__ import annotations
