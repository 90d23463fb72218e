"""Addresses at a domain of Cloudflare's, with a token that a rule of the zone's firewall checks.

R2 signs nothing for a custom domain. Cloudflare checks such tokens before any bucket, in a custom rule
with ``is_timed_hmac_valid_v0()``; the zone needs a plan that has it.

Source: https://developers.cloudflare.com/waf/custom-rules/use-cases/configure-token-authentication/
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

from medialift.stores.spec import CloudflareKey, StoreSpec

METHODS = frozenset({"GET", "HEAD"})
PARAMETER = "verify"


class Cloudflare:
    """The domain in front of one store. Signing sends nothing, and takes a few microseconds."""

    def __init__(self, origin: str, folder: str, key: CloudflareKey) -> None:
        self._origin, self._folder, self._key = origin, folder, key

    def signed_url(self, key: str, *, expires: timedelta, now: datetime | None = None) -> str:
        """The address of the store's *key*, good until *expires* after *now*.

        The rule counts its lifetime from the token's time, so that is put back by what is not wanted of
        it. Raises ``ValueError`` for an *expires* that is longer than the rule's lifetime.
        """
        if not timedelta(0) < expires <= self._key.lifetime:
            raise ValueError(f"the firewall's rule lets an address live for {self._key.lifetime}, not {expires}")
        path = quote(f"{self._folder}/{key}", safe="/~")
        until = (now or datetime.now(timezone.utc)) + expires
        stamp = str(int((until - self._key.lifetime).timestamp()))
        digest = hmac.digest(self._key.secret.reveal().encode(), f"{path}{stamp}".encode(), "sha256")
        return f"{self._origin}{path}?{PARAMETER}={stamp}-{quote(base64.b64encode(digest), safe='')}"


def cloudflare_of(spec: StoreSpec) -> Cloudflare | None:
    """The domain that *spec* names a rule's secret of, if it does."""
    if spec.cloudflare is None or not spec.custom_domain:
        return None
    host, _, below = spec.custom_domain.strip("/").partition("/")
    folder = "".join(f"/{part}" for part in (*below.split("/"), *spec.prefix.split("/")) if part)
    return Cloudflare(f"{spec.url_protocol}://{host}", folder, spec.cloudflare)
