"""What can be sent without a driver's care: plain keys, and plain headers. Both go to another process as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from medialift.errors import InvalidKeyError
from medialift.stores.headers import PerHeaders, kept_headers
from medialift.stores.keycheck import check_key
from medialift.stores.s3.headers import write_parameters
from medialift.types import Headers, KeyRules, Traits

ATTRIBUTES = {
    "ContentType": "Content-Type",
    "CacheControl": "Cache-Control",
    "ContentDisposition": "Content-Disposition",
    "ContentEncoding": "Content-Encoding",
    "ContentLanguage": "Content-Language",
    "StorageClass": "Storage-Class",
}
"""The parameters that obstore knows, by boto3's names."""

_NOT_SENT = re.compile(r"//|[\x00-\x1f\x7f]")
_PLAIN = re.compile(r"[\x20-\x7e]*")


@dataclass(frozen=True)
class PlainKeys:
    """The keys of one place that need no driver. *prefix* is the place's, *store* its name in errors."""

    prefix: str
    rules: KeyRules
    store: str

    def sends(self, key: str) -> bool:
        """Whether *key* goes over as it is. Raises :class:`InvalidKeyError` for one that the store cannot hold."""
        check_key(key, self.rules, store=self.store)
        return not _NOT_SENT.search(self._full(key))

    def full(self, key: str) -> str | None:
        """The bucket's key of a key that needs no driver."""
        try:
            return self._full(key) if self.sends(key) else None
        except InvalidKeyError:
            return None

    def _full(self, key: str) -> str:
        return f"{self.prefix}/{key}" if self.prefix else key


class PlainHeaders:
    """What goes with a new object, in obstore's form; *defaults* are the site's own parameters."""

    def __init__(self, traits: Traits, defaults: Mapping[str, Any], store: str) -> None:
        self._traits, self._defaults, self._store = traits, dict(defaults), store
        self._known = PerHeaders(self._attributes)

    def of(self, headers: Headers) -> dict[str, str] | None:
        """``None`` if one of them cannot be sent unchanged."""
        return self._known.of(headers)

    def __reduce__(self) -> tuple[type[PlainHeaders], tuple[Any, ...]]:
        # What is known is known by ids of this process.
        return PlainHeaders, (self._traits, self._defaults, self._store)

    def _attributes(self, headers: Headers) -> dict[str, str] | None:
        kept = kept_headers(headers, self._traits, operation="put", store=self._store)
        written = write_parameters(kept, self._defaults)
        rest = set(written) - set(ATTRIBUTES) - {"Metadata"}
        metadata = {name.lower(): value for name, value in written.get("Metadata", {}).items()}
        taken = {attribute.lower() for attribute in ATTRIBUTES.values()}
        attributes = {ATTRIBUTES[name]: str(value) for name, value in written.items() if name in ATTRIBUTES}
        if (
            rest
            or taken & metadata.keys()
            or not all(map(_PLAIN.fullmatch, [*attributes.values(), *metadata.values()]))
        ):
            return None
        return {**attributes, **metadata}
