"""One file on its way to a visitor, and the headers that go with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core.files.storage import Storage
from django.http import HttpResponseBase

from medialift.bridge.opened import store_of
from medialift.content_types import UNKNOWN, guess, is_active
from medialift.keys import clean_name, key_for
from medialift.stores.base import ObjectStore
from medialift.stores.headers import disposition

SANDBOX = "sandbox; default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'"
"""What a page of a visitor's may do: show itself. No script, no form, no request, no cookie."""

SHOWN = ("image/", "audio/", "video/", "text/plain", "application/pdf")
"""Types that browsers show without running anything of theirs."""


@dataclass(frozen=True)
class Served:
    """What is served and how.

    ``filename`` is the name under which browsers save it. ``disposition`` is ``"attachment"``,
    ``"inline"``, or ``"auto"``: inline what browsers show safely, and a download all else.
    ``expires`` is how long a signed address lasts at least.
    """

    storage: Storage
    name: str
    filename: str
    disposition: str = "auto"
    expires: timedelta = timedelta(minutes=1)
    cache_control: str = "private, no-cache"

    @property
    def content_type(self) -> str:
        """The type of the name; the bucket's word may be an old upload's."""
        return guess(self.name)

    @property
    def is_shown(self) -> bool:
        """Whether the browser is to show it, instead of saving it."""
        kind = self.content_type
        return self.disposition == "inline" or (
            self.disposition == "auto" and kind.startswith(SHOWN) and not is_active(kind)
        )

    def opened(self) -> tuple[ObjectStore, str]:
        """The store and the key behind the name."""
        store = store_of(self.storage)
        return store, key_for(clean_name(self.name), store.traits.key_rules)

    def protect(self, response: HttpResponseBase) -> None:
        """Set the headers that keep a visitor's file from harming the site, and from others' caches."""
        kind = self.content_type
        response["Content-Type"] = f"{kind}; charset=utf-8" if kind == "text/plain" else kind
        response["Content-Disposition"] = disposition("inline" if self.is_shown else "attachment", self.filename)
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = self.cache_control
        response["Cross-Origin-Resource-Policy"] = "same-site"
        if is_active(kind) or kind == UNKNOWN:
            response["Content-Security-Policy"] = SANDBOX
