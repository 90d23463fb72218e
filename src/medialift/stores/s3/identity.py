"""Whose credentials a store has, and how long they last."""

from __future__ import annotations

import re
from datetime import timezone

from medialift.providers import Provider
from medialift.stores.credentials import CredentialFacts, Lifetime
from medialift.stores.s3.keys import Keys

NEVER_RENEWED = frozenset({"env"})
"""Sources that botocore asks again and that always say the same: variables of a running process do not change."""


def facts_of(keys: Keys, method: str | None, provider: Provider) -> CredentialFacts:
    """What credentials are that botocore has from *method*, its own word for where it found them."""
    pattern = provider.permissions.master_keys if provider.permissions else ""
    is_master = bool(pattern and re.fullmatch(pattern, keys.access_key_id))
    if not keys.session_token:
        return CredentialFacts(Lifetime.LONG, is_master=is_master)
    is_renewed = keys.until is not None and method not in NEVER_RENEWED
    until = keys.until.astimezone(timezone.utc) if keys.until else None
    return CredentialFacts(Lifetime.RENEWED if is_renewed else Lifetime.TEMPORARY, until, is_master)
