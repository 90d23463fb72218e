"""How a bucket is reached without a driver."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from botocore.httpsession import get_cert_path

from medialift.stores.s3.client import ClientSource
from medialift.stores.s3.lines import Address


def address_of(source: ClientSource) -> Address | None:
    """How the bucket is reached directly; ``None`` where a proxy is in between."""
    origin, _ = source.place.target(source.endpoint_url(), "")
    parts, settings = urlsplit(origin), source.settings
    host = parts.hostname or ""
    if parts.scheme in settings.proxies or (parts.scheme in getproxies() and not proxy_bypass(host)):
        return None
    context = _context(settings.verify) if parts.scheme == "https" else None
    return Address(host, parts.port or (443 if context else 80), context, settings.connect_timeout)


def _context(verify: bool | str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=get_cert_path(True) if verify is True else verify or None)
    if verify is False:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
