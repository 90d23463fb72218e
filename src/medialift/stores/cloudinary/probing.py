"""What this very account does: what the pages leave open, or an account may be set to do otherwise."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from medialift.stores.base import BareUrls
from medialift.stores.probe import verbs
from medialift.stores.probe.values import Probed, Subject

AWKWARD = "a !'() @;:,=~b.txt"
"""Every sign that the provider's data allows, and that others are known to change."""


class Tried(verbs.Tried, BareUrls, Protocol):
    """What is tried."""


def probe(store: Tried, count: Callable[[], int], stop: threading.Event) -> Probed | None:
    """Try *store*, of which *count* tells the requests so far, and leave the place as it was.

    ``None`` if *stop* was set meanwhile. Raises every error of a store that cannot be written to.
    """
    questions = (
        (Subject.ETAG, verbs.etag),
        (Subject.MISSING, verbs.missing),
        (Subject.KEYS, verbs.keys(AWKWARD)),
        (Subject.SIGNED_URL, verbs.signed_url),
        (Subject.PUBLIC, verbs.public(store.bare_url)),
    )
    return verbs.probe(store, questions, count=count, stop=stop)
