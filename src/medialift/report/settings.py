"""Settings to paste: text that is exact, and holds no secret."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import quote, urlencode

from medialift.types import StoreIdentity

FILESYSTEM = "filesystem"


def switch(source: str, target: str, source_is: StoreIdentity, taken: Collection[str]) -> str:
    """Lines that make the alias *source* name the target, and keep the source under an alias of its own.

    *taken* are the aliases that exist. The lines copy the entries that are there, so that they hold
    every option and no secret.
    """
    kept = free_alias("local" if source_is.provider == FILESYSTEM else f"{source}-before", taken)
    lines = (
        f'STORAGES["{kept}"] = STORAGES["{source}"]  # `medialift back` finds the source here',
        f'STORAGES["{source}"] = STORAGES["{target}"]  # from now on the site reads and writes here',
    )
    return "\n".join(lines)


def free_alias(wanted: str, taken: Collection[str]) -> str:
    """*wanted*, or the first of ``wanted-2``, ``wanted-3``, … that is not taken."""
    number, alias = 1, wanted
    while alias in taken:
        number += 1
        alias = f"{wanted}-{number}"
    return alias


def entry_for(identity: StoreIdentity) -> str:
    """A ``STORAGES`` entry that reaches the store; credentials come from the platform's own chain."""
    if identity.provider == FILESYSTEM:
        options = f'"OPTIONS": {{"location": {identity.container!r}}}'
        return f'STORAGES["local"] = {{"BACKEND": "django.core.files.storage.FileSystemStorage", {options}}}'
    place = "/".join(quote(part) for part in (identity.container, identity.prefix) if part)
    query = f"?{urlencode({'endpoint_url': identity.endpoint}, safe=':/')}" if identity.endpoint else ""
    return f'STORAGES["before"] = medialift.config("{identity.provider}://{place}{query}")'
