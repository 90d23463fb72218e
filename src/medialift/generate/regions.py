"""Which region of a provider is the nearest to where a site runs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

AMAZONS_OWN = ("AWS_REGION", "AWS_DEFAULT_REGION")

FLY: Mapping[str, str] = MappingProxyType(
    {
        "ams": "eu-central-1",
        "arn": "eu-north-1",
        "bom": "ap-south-1",
        "cdg": "eu-west-3",
        "dfw": "us-east-2",
        "ewr": "us-east-1",
        "fra": "eu-central-1",
        "gru": "sa-east-1",
        "iad": "us-east-1",
        "jnb": "af-south-1",
        "lax": "us-west-1",
        "lhr": "eu-west-2",
        "nrt": "ap-northeast-1",
        "ord": "us-east-2",
        "sin": "ap-southeast-1",
        "sjc": "us-west-1",
        "syd": "ap-southeast-2",
        "yyz": "ca-central-1",
    }
)
"""Fly.io's regions (https://fly.io/docs/reference/regions/) and the nearest one of Amazon S3."""


def nearest(provider: str, environment: Mapping[str, str]) -> str:
    """The region, by what the platform tells of itself; empty where nothing does."""
    if provider != "s3":
        return ""
    own = next((environment[name] for name in AMAZONS_OWN if environment.get(name)), "")
    return own or FLY.get(environment.get("FLY_REGION", ""), "")
