"""The main job, end to end, on the example site: disk, bucket, and home again."""

from __future__ import annotations
