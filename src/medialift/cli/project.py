"""What ``init`` sees of the project it runs in, and how it writes there."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import django
from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import DEFAULT_DB_ALIAS, connections

from medialift.errors import RefusedError
from medialift.generate.rollout import Platform
from medialift.generate.setup.files import EXAMPLES
from medialift.generate.setup.values import Edit, Site


class Project:
    """The folder of the site's code. Files are read and written as UTF-8, line ends as they are."""

    def __init__(self, settings_file: str = "") -> None:
        module = sys.modules.get(os.environ.get("DJANGO_SETTINGS_MODULE", ""))
        own = Path(settings_file or getattr(module, "__file__", None) or "settings.py").absolute()
        self.root = _root(own)
        self._settings = own
        self._apps = tuple(getattr(module, "INSTALLED_APPS", ()))
        self._has_storages = hasattr(module, "STORAGES")

    def read(self, path: str) -> str | None:
        """Raises :class:`~medialift.errors.RefusedError` for a file that is there and cannot be read."""
        try:
            return (self.root / path).read_bytes().decode("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise RefusedError(f"{path} cannot be read: {error}") from error

    def write(self, edit: Edit) -> None:
        """Replace the file as a whole, or not at all.

        Raises :class:`~medialift.errors.RefusedError`, also if somebody changed it since it was read.
        """
        if self.read(edit.path) != edit.before:
            raise RefusedError(
                f"{edit.path} has changed since it was shown", hint="Run it again: it does what is left."
            )
        path = (self.root / edit.path).resolve()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, edit.after.encode())
        except OSError as error:
            hint = "Nothing of it was written. Run it again: it does what is left."
            raise RefusedError(f"{edit.path} cannot be written: {error.strerror}", hint=hint) from error

    def site(self, platform: Platform, extra: str) -> Site:
        default = _default()
        return Site(
            read=self.read,
            settings=self._below(self._settings),
            storages=self._has_storages,
            on_disk=isinstance(default, FileSystemStorage),
            media=self._below(Path(settings.MEDIA_ROOT).absolute()) if settings.MEDIA_ROOT else "",
            platform=platform,
            installed="medialift" in self._apps,
            extra=extra,
        )

    def facts(self, platform: Platform) -> tuple[tuple[str, str], ...]:
        """What was found out, for a person to see whether it is right."""
        example = next((name for name in EXAMPLES if (self.root / name).exists()), "none yet")
        return (
            ("Project", str(self.root)),
            ("Settings", self._below(self._settings) or str(self._settings)),
            ("Django", django.get_version()),
            ("Database", connections[DEFAULT_DB_ALIAS].vendor),
            ("Storage", type(_default()).__name__),
            ("Host", platform.label),
            ("Variables", example),
        )

    def _below(self, path: Path) -> str:
        with suppress(ValueError):
            return path.relative_to(self.root).as_posix()
        return ""


def _root(settings_file: Path) -> Path:
    """The folder of manage.py above the settings, else what the settings call BASE_DIR, else where this runs."""
    for folder in settings_file.parents:
        if (folder / "manage.py").is_file():
            return folder
    base = getattr(settings, "BASE_DIR", None)
    return Path(base).absolute() if base else Path.cwd()


def _default() -> object:
    try:
        return storages["default"]
    except Exception:  # noqa: BLE001 (an entry that does not open is what init is there for)
        return None


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            os.fchmod(file.fileno(), path.stat().st_mode & 0o7777 if path.exists() else 0o666 & ~_umask())
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def _umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current
