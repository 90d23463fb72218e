"""The four switches of a public access block: those that should be on here, and the command that sets them so."""

from __future__ import annotations

from medialift.providers import load_provider
from medialift.types import StoreIdentity

SWITCHES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def harmful_at(store: StoreIdentity) -> frozenset[str]:
    """Those that shut the site itself out at this service."""
    return load_provider(store.provider).harmful_switches


def command(store: StoreIdentity, aws: str) -> str:
    """What closes the bucket as far as its service can be closed; *aws* is how its command line is called there."""
    harmful = harmful_at(store)
    wanted = ",".join(f"{switch}={str(switch not in harmful).lower()}" for switch in SWITCHES)
    configuration = f"--public-access-block-configuration {wanted}"
    return f"{aws} s3api put-public-access-block --bucket {store.container} {configuration}"
