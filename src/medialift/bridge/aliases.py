"""Which entry of ``STORAGES`` names a store today."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InvalidStorageError, storages

from medialift.bridge.recognise import identity_of
from medialift.errors import MedialiftError
from medialift.types import StoreIdentity


def alias_of(identity: StoreIdentity, *, besides: str = "") -> str | None:
    """The alias in ``STORAGES`` whose store is this one; ``None`` if no alias reaches it, or none *besides* that one.

    Of several it is ``default``, which is where the site works, else the first.
    """
    return aliases_by_place(besides=besides).get(identity.place)


def aliases_by_place(*, besides: str = "") -> dict[str, str]:
    """What :func:`alias_of` says of every place that an alias reaches, for whoever asks about many stores."""
    found: dict[str, str] = {}
    for alias, identity in _identities():
        if alias != besides and (alias == "default" or identity.place not in found):
            found[identity.place] = alias
    return found


def _identities() -> Iterator[tuple[str, StoreIdentity]]:
    for alias in storages.backends:
        try:
            yield alias, identity_of(storages[alias])
        except (MedialiftError, InvalidStorageError, ImproperlyConfigured):
            continue  # an entry that cannot be opened names nothing; using it says why
