"""What this very project does: the servers that people run themselves are of many releases.

That an object cannot be created only where there is none is known of all of them, and not asked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import fields
from typing import Protocol

from medialift.stores.base import PublicUrls
from medialift.stores.probe import verbs
from medialift.stores.probe.values import Probed, Subject, Verdict
from medialift.types import Headers

AWKWARD = "a !'() $&@;:+,=b_*.txt"
"""Every sign that the provider's data allows, and that others are known to change."""
# A type that buckets for media allow, where types are limited: the service goes by what it is told.
HEADERS = Headers(content_type="image/gif", cache_control="max-age=60", metadata={"medialift-probe": "1"})


class Tried(verbs.Tried, PublicUrls, Protocol):
    """What is tried."""


def probe(store: Tried, count: Callable[[], int], stop: threading.Event) -> Probed | None:
    """Try *store*, of which *count* tells the requests so far, and leave the place as it was.

    ``None`` if *stop* was set meanwhile. Raises every error of a store that cannot be written to.
    """
    questions = (
        (Subject.ETAG, verbs.etag),
        (Subject.HEADERS, _headers),
        (Subject.MISSING, verbs.missing),
        (Subject.KEYS, verbs.keys(AWKWARD)),
        (Subject.ORDER, verbs.order),
        (Subject.SIGNED_URL, verbs.signed_url),
        (Subject.PUBLIC, verbs.public(store.public_url)),
    )
    return verbs.probe(store, questions, count=count, stop=stop, headers=HEADERS)


def _headers(bench: verbs.Bench) -> tuple[Verdict, str]:
    back = bench.store.head(f"{bench.folder}/{verbs.FIRST}").headers
    lost = [field.name for field in fields(Headers) if getattr(HEADERS, field.name) != getattr(back, field.name)]
    if lost:
        return Verdict.IGNORED, f"an object was described without {', '.join(lost)}"
    return Verdict.YES, "an object was described with type, caching and metadata as sent"
