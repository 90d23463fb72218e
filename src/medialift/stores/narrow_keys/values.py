"""What is wanted of a new key, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from medialift.stores.bucket_configuration import Value
from medialift.stores.spec import Secret


@dataclass(frozen=True, slots=True)
class KeyWish:
    """``allows`` are permission groups or capabilities, in the service's own words.

    ``resource`` is the service's name for what they hold for (empty where the bucket's own name is it), ``prefix``
    what the names of objects begin with, slash included, where the service knows such a limit.
    """

    name: str
    allows: tuple[str, ...]
    bucket: str
    resource: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Keys:
    """A new pair of S3 keys. The service shows the secret this once."""

    access_key_id: str
    secret_access_key: Secret


class MakesKeys(Protocol):
    """The part of an account's API that is about keys."""

    def live(self, wish: KeyWish) -> Value | None:
        """What a key of this name may do by now, in the form of :meth:`wanted`; ``None`` if there is none.

        Of several the one that may do exactly what is wished counts. Only reads.
        """

    def wanted(self, wish: KeyWish) -> Value:
        """What the key is to be, for people to compare. Sends nothing."""

    def make(self, wish: KeyWish) -> Keys:
        """Make one, whatever there is already; nothing that exists is changed."""
