"""The environment variables that a site with a bucket needs, and where to find what goes into each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from medialift.generate.dsn import dsn
from medialift.providers import Provider

URL = "MEDIA_STORAGE_URL"


@dataclass(frozen=True, slots=True)
class Variable:
    """``value`` is empty for a secret, and for what only a person knows; ``where`` says where to find it."""

    name: str
    value: str
    where: str
    secret: bool = False


def variables(provider: Provider, options: Mapping[str, str]) -> tuple[Variable, ...]:
    """Everything that the environment has to hold for a storage with these *options*, none of them a secret."""
    url = Variable(URL, dsn(options), "Which bucket, and how it is reached. Holds no secret.")
    return (url, *_keys(provider))


def _keys(provider: Provider) -> Iterator[Variable]:
    where = WHERE.get(provider.id, "Ask whoever runs the service for a key that reaches this bucket only.")
    for option in ("access_key_id", "secret_access_key", "service_key"):
        if names := provider.environment.get(option):
            yield Variable(names[0], "", where, secret=True)
            where = "Belongs to the one above, and is shown once when that is made."


WHERE: Mapping[str, str] = MappingProxyType(
    {
        "s3": "On AWS leave both out and give the machine a role. Elsewhere: AWS console, IAM, Users, "
        "Security credentials. `policy app` writes what it has to be allowed.",
        "r2": "Cloudflare dashboard, R2, Manage API tokens. `policy app` has the steps.",
        "b2": "Not the master key. `policy app` has the call that makes a narrow one.",
        "supabase": "Supabase dashboard, Project Settings, API keys. It may do everything: for the server only.",
        "supabase-s3": "Supabase dashboard, Storage, Settings, S3 access keys.",
        "cloudinary": "Cloudinary console, Settings, API Keys.",
        "spaces": "DigitalOcean control panel, Spaces Object Storage, Access Keys: limited access, this bucket.",
        "wasabi": "Wasabi console, Access Keys, of a user with the policy that `policy app` writes.",
        "gcs-s3": "Google Cloud console, Cloud Storage, Settings, Interoperability: HMAC key of a service account.",
        "hetzner": "Hetzner console, Security, S3 credentials.",
        "scaleway": "Scaleway console, IAM, API keys, of an application that may use this bucket.",
        "minio": "MinIO: `mc admin user svcacct add`, with the policy that `policy app` writes.",
        "ceph": "Ceph: `radosgw-admin user create`, with the policy that `policy app` writes.",
        "garage": "Garage: `garage key create`, then `garage bucket allow`.",
    }
)
"""Where each provider shows keys; the pages are those that its data file names under ``docs``."""
