"""What a site is, as the engine rooms see it: frozen values, made by ``medialift.facts``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from medialift.doctor.finding import Finding
from medialift.doctor.sources import Line
from medialift.types import StoreIdentity


@dataclass(frozen=True, slots=True)
class StorageFacts:
    """One entry of ``STORAGES``.

    ``access`` is ``"public"``, ``"private"``, or ``""`` where the storage does not say.
    """

    alias: str
    access: str = ""
    custom_domain: bool = False
    identity: StoreIdentity | None = None


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """All that checks know of the site.

    ``origins`` are those that browsers load the site from (``https://www.example.com``), ``silenced``
    the ids in ``SILENCED_SYSTEM_CHECKS``. ``settings`` holds what Django's system checks say: every id
    that they know, with its findings. ``path_calls`` and ``hard_coded_urls`` are lines of the project's own
    code and templates. ``tracked_media`` is one file below ``media_root`` that git tracks, or empty;
    ``static`` is where static files lie, if that is a place that can be told.
    """

    storages: Mapping[str, StorageFacts] = field(default_factory=lambda: MappingProxyType({}))
    origins: tuple[str, ...] = ()
    silenced: frozenset[str] = frozenset()
    settings: Mapping[str, tuple[Finding, ...]] = field(default_factory=lambda: MappingProxyType({}))
    path_calls: tuple[Line, ...] = ()
    hard_coded_urls: tuple[Line, ...] = ()
    media_root: str = ""
    tracked_media: str = ""
    static: StoreIdentity | None = None

    def access(self, alias: str) -> str:
        """Whether the files of one storage are to be ``"public"`` or ``"private"``; empty if nobody says so."""
        found = self.storages.get(alias)
        return found.access if found else ""
