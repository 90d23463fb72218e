"""Sends one model to a database of its own."""

from __future__ import annotations

from typing import Any

from django.db.models import Model


class SecondDatabase:
    """``site.Elsewhere`` lives in ``second``, and nothing else does."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return "second" if model._meta.label == "site.Elsewhere" else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool | None:
        if model_name == "elsewhere":
            return db == "second"
        return False if db == "second" else None
