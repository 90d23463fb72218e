"""The function that a setting of django-private-storage names."""

from __future__ import annotations

from typing import Any


def may_have(private_file: Any) -> bool:
    return "secret" not in private_file.request.path
