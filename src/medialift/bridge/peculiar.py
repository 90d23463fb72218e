"""What storages are known to do to names, and do not say."""

from __future__ import annotations

from django.core.files.storage import Storage

AZURE = ("storages.backends.azure_storage", "AzureStorage")
"""Known by name: django-storages need not be installed."""


def fault_of(storage: Storage, name: str) -> str:
    """Why *storage* would keep *name* as another file than it says; empty if it would not.

    Azure's takes dots off both ends: ``.a`` would replace ``a``, and ``save`` would return ``.a`` all the
    same. Source: django-storages 1.14, ``storages/backends/azure_storage.py``, ``_get_valid_path``.
    """
    if name != name.strip(".") and _is(storage, AZURE):
        return "Azure's storage takes dots off both ends of a name: it would be another file's"
    return ""


def _is(storage: Storage, known: tuple[str, str]) -> bool:
    return any((base.__module__, base.__qualname__) == known for base in type(storage).__mro__)
