"""What a worker of Celery has written into its log."""

from __future__ import annotations

import re
from pathlib import Path

FINISHED = re.compile(r"Task medialift\.copy_shards\[[^]]+\] succeeded in [^:]+: (\d+)")


def is_ready(log: Path) -> bool:
    """Whether the worker waits for messages, or has begun to take them."""
    return " ready." in _read(log)


def has_begun(log: Path) -> bool:
    """Whether the worker has taken a message."""
    return "Task medialift.copy_shards[" in _read(log)


def parts(log: Path) -> int:
    """How many shards its tasks say they have finished."""
    return sum(int(count) for count in FINISHED.findall(_read(log)))


def _read(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
