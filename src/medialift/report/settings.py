"""Settings to paste: text that is exact, and holds no secret."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import quote, urlencode, urlsplit

from medialift.types import StoreIdentity

FILESYSTEM = "filesystem"
UNKNOWN_REGION = "THE-BUCKETS-REGION"


def switch(source: str, target: str, source_is: StoreIdentity, taken: Collection[str], kept: str = "") -> str:
    """Lines that make the alias *source* name the target, and keep the source under an alias of its own.

    *taken* are the aliases that exist, and *kept* is one that names the source already. The lines copy the entries
    that are there, so that they hold every option and no secret.
    """
    alias = kept_alias(source, source_is, taken)
    keep = f'STORAGES["{alias}"] = STORAGES["{source}"]  # `medialift back` finds the source here'
    change = f'STORAGES["{source}"] = STORAGES["{target}"]  # from now on the site reads and writes here'
    return change if kept else f"{keep}\n{change}"


def kept_alias(source: str, source_is: StoreIdentity, taken: Collection[str]) -> str:
    """The alias under which the source stays after the switch."""
    return free_alias("local" if source_is.provider == FILESYSTEM else f"{source}-before", taken)


def free_alias(wanted: str, taken: Collection[str]) -> str:
    """*wanted*, or the first of ``wanted-2``, ``wanted-3``, … that is not taken."""
    number, alias = 1, wanted
    while alias in taken:
        number += 1
        alias = f"{wanted}-{number}"
    return alias


def entry_for(identity: StoreIdentity) -> str:
    """A ``STORAGES`` entry that reaches the store; credentials come from the platform's own chain.

    An identity holds neither scheme nor region: https is assumed away from this machine, and where
    only a region says which endpoint it is, a person has to fill it in.
    """
    if identity.provider == FILESYSTEM:
        options = f'"OPTIONS": {{"location": {identity.container!r}}}'
        return f'STORAGES["local"] = {{"BACKEND": "django.core.files.storage.FileSystemStorage", {options}}}'
    place = "/".join(quote(part) for part in (identity.container, identity.prefix) if part)
    return f'STORAGES["before"] = medialift.config("{identity.provider}://{place}?{_where(identity.endpoint)}")'


def _where(endpoint: str) -> str:
    if not endpoint:
        return f"region={UNKNOWN_REGION}"
    host = urlsplit(f"//{endpoint}").hostname or ""
    scheme = "http" if host in ("localhost", "::1") or host.startswith("127.") else "https"
    return urlencode({"endpoint_url": f"{scheme}://{endpoint}"}, safe=":/[]")
