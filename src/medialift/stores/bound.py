"""What every store that holds connections has in common: it is shown by its name, and goes nowhere."""

from __future__ import annotations

from typing import NoReturn

from medialift.types import StoreIdentity


class BoundToProcess:
    """A store of this process, with its connections and its keys: neither belongs into a pickle."""

    identity: StoreIdentity

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.identity)!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a store cannot be pickled: pass the storage's alias instead")
