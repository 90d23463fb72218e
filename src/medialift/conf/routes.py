"""Which files of a storage lie in another one: told by the field that names them, or by how the name begins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_FIELD = re.compile(r"\w+\.\w+\.\w+")
EXPECTED = 'a dict such as {"accounts.UserProfile.picture": "private", "docs/": "documents"}, with aliases for values'


@dataclass(frozen=True, slots=True)
class Routes:
    """Aliases of ``STORAGES``, by field (``app_label.Model.field``) and by prefix (``docs/``), longest prefix first."""

    fields: tuple[tuple[str, str], ...] = ()
    prefixes: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fields or self.prefixes)

    @property
    def aliases(self) -> tuple[str, ...]:
        """Every alias that is routed to, each once."""
        return tuple(dict.fromkeys(alias for _, alias in (*self.fields, *self.prefixes)))

    def of_name(self, name: str) -> str | None:
        """The alias of a file whose name begins with a routed prefix; the longest one counts."""
        return next((alias for prefix, alias in self.prefixes if name.startswith(prefix)), None)

    def of(self, field: str, name: str) -> str | None:
        """The alias of a file that *field* names: the field's own route counts before that of a prefix."""
        own = next((alias for label, alias in self.fields if label.lower() == field.lower()), None)
        return own or self.of_name(name)


NO_ROUTES = Routes()


def routes(value: object) -> Routes:
    """Read what was written. Raises ``ValueError`` with what was expected."""
    if not isinstance(value, Mapping):
        raise ValueError(EXPECTED)
    fields, prefixes = {}, {}
    for key, alias in value.items():
        if not isinstance(key, str) or not isinstance(alias, str) or not alias:
            raise ValueError(EXPECTED)
        if is_prefix(key):
            prefixes[key] = alias
        elif is_field(key):
            fields[key] = alias
        else:
            raise ValueError(EXPECTED)
    longest_first = sorted(prefixes.items(), key=lambda entry: (-len(entry[0]), entry[0]))
    return Routes(tuple(fields.items()), tuple(longest_first))


def is_field(key: str) -> bool:
    """Whether this is written as a field: ``app_label.Model.field``."""
    return _FIELD.fullmatch(key) is not None


def is_prefix(key: str) -> bool:
    """Whether this is written as the beginning of names: ``docs/``."""
    return key.endswith("/") and not set(key[:-1].split("/")) & {"", ".", ".."}
