"""What may never lie where everybody can read it: the setting ``MEDIALIFT_PRIVATE``."""

from __future__ import annotations

from dataclasses import dataclass

from medialift.conf.routes import is_field, is_prefix
from medialift.errors import ConfigError

SETTING = "MEDIALIFT_PRIVATE"


@dataclass(frozen=True, slots=True)
class Private:
    """Model fields (``app_label.Model.field``) and prefixes of names (``docs/``)."""

    fields: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fields or self.prefixes)

    def field(self, label: str) -> bool:
        """Whether the files of this field are private."""
        return any(own.lower() == label.lower() for own in self.fields)

    def prefix(self, name: str) -> str | None:
        """The private prefix that *name* begins with."""
        return next((prefix for prefix in self.prefixes if name.startswith(prefix)), None)


def read_private(value: object) -> Private:
    """Read the setting. Raises :class:`~medialift.errors.ConfigError`."""
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise _wrong()
    fields = [entry for entry in value if isinstance(entry, str) and is_field(entry)]
    prefixes = [entry for entry in value if isinstance(entry, str) and is_prefix(entry)]
    if len(fields) + len(prefixes) != len(value):
        raise _wrong()
    return Private(tuple(fields), tuple(prefixes))


def private_files() -> Private:
    """What this site calls private. Raises :class:`~medialift.errors.ConfigError`."""
    from django.conf import settings

    return read_private(getattr(settings, SETTING, ()))


def _wrong() -> ConfigError:
    return ConfigError(
        f"{SETTING} is not a list of model fields and folders",
        hint=f'Write it as {SETTING} = ["accounts.UserProfile.picture", "docs/"].',
    )
