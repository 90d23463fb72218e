"""How a bucket is reached without a driver."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from botocore.httpsession import get_cert_path

from medialift.stores.s3.address import Address, Trust
from medialift.stores.s3.client import ClientSource


def address_of(source: ClientSource) -> Address | None:
    """How the bucket is reached directly; ``None`` where a proxy is in between."""
    origin, _ = source.place.target(source.endpoint_url(), "")
    parts, settings = urlsplit(origin), source.settings
    host = parts.hostname or ""
    if parts.scheme in settings.proxies or (parts.scheme in getproxies() and not proxy_bypass(host)):
        return None
    trust = _trust(settings.verify) if parts.scheme == "https" else None
    return Address(host, parts.port or (443 if trust else 80), trust, settings.connect_timeout)


def _trust(verify: bool | str) -> Trust:
    return Trust(get_cert_path(True) if verify is True else verify or None, checks=verify is not False)
