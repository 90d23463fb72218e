"""Whose credentials a store has, and how long they last."""

from __future__ import annotations

import re
from datetime import timezone

from botocore.config import Config
from botocore.session import Session

from medialift.providers import Provider
from medialift.stores.client_settings import ClientSettings
from medialift.stores.credentials import CredentialFacts, Lifetime
from medialift.stores.s3.errors import DRIVER_ERRORS, translate
from medialift.stores.s3.keys import Keys
from medialift.stores.s3.place import Place

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


def caller_of(session: Session, place: Place, settings: ClientSettings) -> str:
    """The ARN that Amazon knows the credentials by; nobody needs a permission to ask.

    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    config = Config(
        ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]
        retries={"mode": "standard", "total_max_attempts": settings.max_attempts},
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        proxies=dict(settings.proxies) or None,
    )
    try:
        client = session.create_client(
            "sts",
            region_name=place.region,
            # Whatever stands at an address of its own in Amazon's place stands in for all of it.
            endpoint_url=place.endpoint_url,
            verify=None if settings.verify is True else settings.verify,
            config=config,
        )
        try:
            return str(client.get_caller_identity()["Arn"])  # type: ignore[attr-defined]
        finally:
            client.close()
    except (*DRIVER_ERRORS, ValueError) as error:
        raise translate(error, operation="caller", store=str(place.identity)) from error
