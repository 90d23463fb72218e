"""What a site is, as the engine rooms see it: frozen values, made by ``medialift.facts``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from medialift.types import StoreIdentity

if TYPE_CHECKING:  # every process that checks its settings imports this file, and none of those
    from medialift.doctor.checkout import Checkout
    from medialift.doctor.environments import Sharing
    from medialift.doctor.finding import Finding
    from medialift.doctor.sources import Line
    from medialift.hosts import Disk


@dataclass(frozen=True, slots=True)
class StorageFacts:
    """One entry of ``STORAGES``.

    ``access`` is ``"public"``, ``"private"``, or ``""`` where the storage does not say. ``acl`` is the
    canned ACL that goes with each upload, or empty.
    """

    alias: str
    access: str = ""
    custom_domain: bool = False
    identity: StoreIdentity | None = None
    acl: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One file field (``app_label.Model.field``).

    ``max_length`` counts characters, ``folder`` is what its ``upload_to`` puts before a file's own name.
    """

    label: str
    max_length: int
    folder: str


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """All that checks know of the site.

    ``origins`` are those that browsers load the site from (``https://www.example.com``), ``silenced``
    the ids in ``SILENCED_SYSTEM_CHECKS``. ``settings`` holds what Django's system checks say of the settings
    alone: every id that they know, with its findings. ``path_calls`` and ``hard_coded_urls`` are lines of the
    project's own code and templates. ``tracked_media`` is one file below ``media_root`` that git tracks, or
    empty; ``static`` is where static files lie, if that is a place that can be told.

    ``disk`` is that of the default storage, and ``checkout`` the git checkout around it; both are ``None``
    where uploads go elsewhere. ``instances`` says where it is written that several instances run.
    ``written_secrets`` are lines of settings modules, ``committed_secrets`` lines of other files that git
    tracks. ``columns`` are the file fields whose ``upload_to`` is text. ``role`` names the platform's way to
    credentials that it renews itself, empty if it shows none.
    """

    storages: Mapping[str, StorageFacts] = field(default_factory=lambda: MappingProxyType({}))
    origins: tuple[str, ...] = ()
    silenced: frozenset[str] = frozenset()
    settings: Mapping[str, tuple[Finding, ...]] = field(default_factory=lambda: MappingProxyType({}))
    debug: bool = False
    path_calls: tuple[Line, ...] = ()
    hard_coded_urls: tuple[Line, ...] = ()
    media_root: str = ""
    tracked_media: str = ""
    static: StoreIdentity | None = None
    disk: Disk | None = None
    checkout: Checkout | None = None
    instances: tuple[str, ...] = ()
    written_secrets: tuple[Line, ...] = ()
    committed_secrets: tuple[Line, ...] = ()
    sharing: tuple[Sharing, ...] = ()
    columns: tuple[Column, ...] = ()
    role: str = ""

    def access(self, alias: str) -> str:
        """Whether the files of one storage are to be ``"public"`` or ``"private"``; empty if nobody says so."""
        found = self.storages.get(alias)
        return found.access if found else ""
