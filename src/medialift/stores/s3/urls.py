"""Plain and signed URLs of objects, made without a request."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone

from medialift.providers import Provider
from medialift.stores.headers import attachment
from medialift.stores.s3.client import ClientSource
from medialift.stores.s3.place import Place
from medialift.stores.sigv4 import presigner, quoted_path

_PARAMETER = re.compile(r"\{(\w+)\}")


def signed_url(
    source: ClientSource,
    key: str,
    *,
    expires: timedelta,
    method: str,
    now: datetime | None,
    filename: str | None,
    content_type: str | None,
) -> str:
    """The signed URL of the full *key*. Raises ``ValueError`` for what the service would not honour."""
    wishes = overrides(filename, content_type)
    return signer(source, expires=expires, method=method, now=now, wishes=wishes)(key)


def signer(
    source: ClientSource,
    *,
    expires: timedelta,
    method: str,
    now: datetime | None,
    wishes: Sequence[tuple[str, str]] = (),
) -> Callable[[str], str]:
    """What signs one full key after another, with the credentials of this moment. Raises ``ValueError``."""
    limits = source.place.provider.presigning
    if method not in limits.methods:
        raise ValueError(f"the service signs {', '.join(sorted(limits.methods))}, not {method}")
    if expires > timedelta(seconds=limits.max_seconds):
        raise ValueError(f"a signed URL can live for {timedelta(seconds=limits.max_seconds)}, not {expires}")
    if wishes and method not in ("GET", "HEAD"):
        raise ValueError(f"a file name or content type can be set for a download, not for {method}")
    origin, folder = source.place.target(source.endpoint_url(), "")
    sign = presigner(
        source.signing_key(),
        method=method,
        origin=origin,
        expires=expires,
        now=now or datetime.now(timezone.utc),
        query=wishes,
    )
    return lambda key: sign(folder + key)


def has_public_url(place: Place, custom_domain: str | None) -> bool:
    """Whether :func:`public_url` can make one."""
    return bool(custom_domain) or _values(place.provider, place, "").keys() >= _wanted(place.provider)


def public_url(source: ClientSource, key: str, *, custom_domain: str | None, protocol: str) -> str:
    """The plain URL of the full *key*: at the site's own domain if it has one, else at the provider's."""
    quoted = quoted_path(key)
    if custom_domain:
        return f"{protocol}://{custom_domain.strip('/')}/{quoted}"
    place = source.place
    bucket_url = place.bucket_url(source.endpoint_url())
    return place.provider.public_url.template.format(key=quoted, **_values(place.provider, place, bucket_url))


def overrides(filename: str | None, content_type: str | None) -> list[tuple[str, str]]:
    """The parameters with which S3 answers a download under another name or type."""
    pairs = []
    if filename is not None:
        pairs.append(("response-content-disposition", attachment(filename)))
    if content_type is not None:
        pairs.append(("response-content-type", content_type))
    return pairs


def _wanted(provider: Provider) -> set[str]:
    return set(_PARAMETER.findall(provider.public_url.template)) - {"key"} or {"a template"}


def _values(provider: Provider, place: Place, bucket_url: str) -> dict[str, str]:
    from_endpoint = provider.endpoint_parameters(place.endpoint_url or "")
    return {"region": place.region, **from_endpoint, "bucket": place.bucket, "bucket_url": bucket_url}
