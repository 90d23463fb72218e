"""What this site is, as frozen :class:`~medialift.doctor.site.SiteFacts`: how the engine rooms see Django."""

from __future__ import annotations

import os
import posixpath
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from django.apps import apps
from django.conf import settings

from medialift.doctor import secrets
from medialift.doctor.checkout import checkout_around, root_of, tracked_below
from medialift.doctor.deployments import several_instances
from medialift.doctor.environments import Sharing, environment_files, kind_of, shared, this_environment
from medialift.doctor.finding import Finding
from medialift.doctor.site import Column, SiteFacts, StorageFacts
from medialift.doctor.sources import hard_coded_urls, path_calls
from medialift.facts.storages import folder_of_default, identity_of_static, media_aliases, storage_facts
from medialift.hosts import Disk, disk_of
from medialift.references.fields import FileColumn, find_columns

MOUNTS = "/proc/self/mountinfo"
IN_CONTAINER = "/.dockerenv"
"""Docker leaves this file in every container."""

ROLES = MappingProxyType(
    {
        "AWS_WEB_IDENTITY_TOKEN_FILE": "a web identity (IRSA)",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "the task's role",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "the pod's role",
        "AWS_LAMBDA_FUNCTION_NAME": "the function's role",
    }
)
"""Variables by which Amazon hands out credentials that it renews.

Source: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
"""


def site_facts(settings_findings: Mapping[str, tuple[Finding, ...]] = MappingProxyType({})) -> SiteFacts:
    """Look at the site; *settings_findings* is what the system checks say of its settings. Opens no connection."""
    modules = _settings_modules()
    root = root_of(_project())
    columns = find_columns().columns
    storages = {alias: storage_facts(alias) for alias in media_aliases()}
    folder = folder_of_default()
    return SiteFacts(
        storages=MappingProxyType(storages),
        origins=tuple(_origins()),
        silenced=frozenset(settings.SILENCED_SYSTEM_CHECKS),
        settings=settings_findings,
        debug=settings.DEBUG,
        media_root=str(settings.MEDIA_ROOT),
        tracked_media=next(iter(tracked_below(str(settings.MEDIA_ROOT))), "") if settings.MEDIA_ROOT else "",
        static=identity_of_static(),
        path_calls=tuple(path_calls(_own_code(), frozenset(column.field.name for column in columns))),
        hard_coded_urls=tuple(hard_coded_urls(_own_templates(), settings.MEDIA_URL) if settings.MEDIA_URL else ()),
        disk=_disk(folder) if folder else None,
        checkout=checkout_around(folder) if folder else None,
        instances=tuple(several_instances(root or _project(), os.environ)),
        written_secrets=tuple(secrets.in_code(modules)),
        committed_secrets=tuple(secrets.in_tracked(root, tracked_below(root))) if root else (),
        sharing=tuple(_sharing(root or _project(), modules, storages)),
        columns=tuple(_columns(columns)),
        role=next((role for variable, role in ROLES.items() if os.environ.get(variable)), ""),
    )


def _project() -> str:
    """Where the site's own files lie, as far as can be told: ``BASE_DIR``, or above the settings."""
    base = getattr(settings, "BASE_DIR", "")
    folder = _settings_folder()
    return str(base) if base else str(Path(folder).parent) if folder else ""


def _settings_folder() -> str:
    module = sys.modules.get(getattr(settings, "SETTINGS_MODULE", "") or "")
    file = getattr(module, "__file__", None)
    return str(Path(file).parent) if file else ""


def _settings_modules() -> list[Path]:
    """The settings module and what lies beside it: the modules that it is made of."""
    folder = _settings_folder()
    return sorted(Path(folder).glob("*.py")) if folder else []


def _disk(folder: str) -> Disk | None:
    try:
        mounts = Path(MOUNTS).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None  # no Linux: none of the hosts either
    return disk_of(os.path.realpath(folder), os.environ, mounts, in_container=os.path.exists(IN_CONTAINER))


def _sharing(root: str, modules: list[Path], storages: Mapping[str, StorageFacts]) -> Iterator[Sharing]:
    yield from shared(environment_files(root, str(modules[0].parent) if modules else ""))
    here = this_environment(os.environ, debug=settings.DEBUG)
    for alias, storage in storages.items():
        place = storage.identity
        theirs = kind_of(f"{place.container}/{place.prefix}") if place and place.provider != "filesystem" else ""
        if here and theirs and here != theirs:
            yield Sharing(str(place), (f"STORAGES[{alias!r}] of the {here} environment", f"its name, of {theirs}"))


def _columns(columns: tuple[FileColumn, ...]) -> Iterator[Column]:
    for column in columns:
        if isinstance(column.field.upload_to, str) and column.field.max_length:
            folder = posixpath.join(datetime.now().strftime(column.field.upload_to), "")
            yield Column(column.label, column.field.max_length, folder)


def _own_code() -> list[str]:
    """The folders of the apps that are the project's own, and not installed from elsewhere."""
    installed = ("site-packages", "dist-packages")
    paths = [Path(config.path) for config in apps.get_app_configs() if config.name != "medialift"]
    return [str(path) for path in paths if not set(installed) & set(path.parts)]


def _own_templates() -> list[str]:
    said = [str(folder) for engine in settings.TEMPLATES for folder in engine.get("DIRS", ())]
    return [*said, *(f"{folder}/templates" for folder in _own_code())]


def _origins() -> Iterator[str]:
    """Where browsers load the site from, without patterns that name no single host."""
    named = [*settings.CSRF_TRUSTED_ORIGINS, *(f"https://{host}" for host in settings.ALLOWED_HOSTS)]
    for origin in dict.fromkeys(named):
        if "*" not in origin and "://." not in origin:
            yield origin
