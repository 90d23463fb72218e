"""Where a service listens, and whom to believe there."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom to believe over TLS: the authorities in ``cafile``; anybody at all unless ``checks``."""

    cafile: str | None
    checks: bool = True


@dataclass(frozen=True)
class Address:
    """Where to connect to. ``trust`` is set for TLS; ``connect_timeout`` in seconds."""

    host: str
    port: int
    trust: Trust | None
    connect_timeout: float

    @cached_property
    def context(self) -> ssl.SSLContext | None:
        """Made once: reading the authorities takes longer than a connection."""
        if self.trust is None:
            return None
        context = ssl.create_default_context(cafile=self.trust.cafile)
        if not self.trust.checks:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    def __reduce__(self) -> tuple[type[Address], tuple[Any, ...]]:
        # Another process makes a context of its own.
        return Address, (self.host, self.port, self.trust, self.connect_timeout)
