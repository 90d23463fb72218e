"""How to get a narrow key where no policy document does it: steps in the console, and calls of the API."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from medialift.errors import ConfigError
from medialift.generate import narrow_key
from medialift.generate.narrow_key import Holding, is_of_bucket
from medialift.providers import Means, Provider


@dataclass(frozen=True, slots=True)
class Guide:
    """``limits`` says what the key still can do beyond its role; ``calls`` are commands for a shell."""

    limits: str
    steps: tuple[str, ...]
    calls: tuple[str, ...]


def guide(provider: Provider, role: str, holding: Holding) -> Guide:
    """The steps for one role. Raises :class:`~medialift.errors.ConfigError` where none are known."""
    permissions = provider.permissions
    write = _GUIDES.get(permissions.means) if permissions else None
    if permissions is not None and permissions.means is Means.ROWS:
        raise ConfigError(
            f"every key of the service itself is the whole project's at {provider.label}",
            hint="What signed-in users may is narrowed by row-level security: see `policy rls`.",
        )
    if permissions is None or write is None or (permissions.roles and role not in permissions.roles):
        raise ConfigError(
            f"medialift knows no steps to a narrow key for {role!r} at {provider.label}",
            hint=f"See {provider.docs[0]}" if provider.docs else "",
        )
    return write(provider, role, holding)


def text(found: Guide) -> str:
    """The guide as a page to read and to paste from."""
    numbered = [f"{number}. {step}" for number, step in enumerate(found.steps, start=1)]
    return "\n".join([f"# {found.limits}", "", *numbered, "", "# The same by the API:", "", *found.calls]) + "\n"


# ── R2 ───────────────────────────────────────────────────────────────────────────────────────


def _token(provider: Provider, role: str, holding: Holding) -> Guide:
    """Sources: https://developers.cloudflare.com/r2/api/tokens/,
    https://developers.cloudflare.com/fundamentals/api/how-to/create-via-api/"""
    wanted, account = narrow_key.wish(provider, role, holding), holding.account or "ACCOUNT_ID"
    on_bucket = is_of_bucket(wanted)
    policy = {
        "effect": "allow",
        "resources": {wanted.resource: "*"},
        "permission_groups": [{"id": f"ID of {group}"} for group in wanted.allows],
    }
    tokens = f"https://api.cloudflare.com/client/v4/accounts/{account}/tokens"
    calls = [
        _curl(f"{tokens}/permission_groups") + "  # the ids of the groups",
        _curl(tokens, {"name": wanted.name, "policies": [policy]}),
        'printf %s "$TOKEN_VALUE" | sha256sum  # the secret access key; the access key id is the token\'s id',
    ]
    if on_bucket and holding.prefix:
        calls.append(_temporary(account, holding))
    where = f"the bucket {holding.bucket}, whatever the prefix" if on_bucket else "every bucket of the account"
    console = _R2_CONSOLE[frozenset(wanted.allows)]
    return Guide(
        f"The token reaches {where}; only temporary credentials are narrowed to a prefix.",
        (
            "In the Cloudflare dashboard open R2, then Manage API tokens, then Create Account API token.",
            f"Permissions: {console}.",
            f"Apply to specific buckets only: {holding.bucket}." if on_bucket else "It cannot be limited to a bucket.",
            "Copy the Access Key ID and the Secret Access Key: they are shown once. Changes take up to a minute.",
        ),
        tuple(calls),
    )


def _temporary(account: str, holding: Holding) -> str:
    wanted = {
        "bucket": holding.bucket,
        "prefixes": [f"{holding.prefix}/"],
        "permission": "object-read-write",
        "parentAccessKeyId": "ACCESS_KEY_ID",
        "ttlSeconds": 3600,
    }
    url = f"https://api.cloudflare.com/client/v4/accounts/{account}/r2/temp-access-credentials"
    return _curl(url, wanted) + "  # for an hour, below the prefix only"


_R2_CONSOLE: Mapping[frozenset[str], str] = {
    frozenset({"Workers R2 Storage Bucket Item Read", "Workers R2 Storage Bucket Item Write"}): "Object Read & Write",
    frozenset({"Workers R2 Storage Bucket Item Write"}): "Object Read & Write (the console offers no writing alone)",
    frozenset({"Workers R2 Storage Read"}): "Admin Read only",
}


def _curl(url: str, body: Mapping[str, Any] | None = None) -> str:
    sent = f" --json {shlex.quote(json.dumps(body))}" if body else ""
    return f'curl -H "Authorization: Bearer $CLOUDFLARE_API_TOKEN" {shlex.quote(url)}{sent}'


# ── B2 ───────────────────────────────────────────────────────────────────────────────────────


def _key(provider: Provider, role: str, holding: Holding) -> Guide:
    """Sources: https://www.backblaze.com/apidocs/b2-create-key,
    https://www.backblaze.com/docs/cloud-storage-key-create-command"""
    made = narrow_key.wish(provider, role, holding)
    prefix = ["--name-prefix", made.prefix] if made.prefix else []
    command = ["b2", "key", "create", "--bucket", made.bucket, *prefix, made.name, ",".join(made.allows)]
    wanted = {
        "accountId": "ACCOUNT_ID",
        "keyName": made.name,
        "capabilities": list(made.allows),
        "bucketIds": ["BUCKET_ID"],
        **({"namePrefix": made.prefix} if made.prefix else {}),
    }
    call = (
        'curl -H "Authorization: $B2_AUTHORIZATION_TOKEN" "$B2_API_URL/b2api/v4/b2_create_key" '
        f"-d {shlex.quote(json.dumps(wanted))}"
    )
    return Guide(
        "The key reaches one bucket, and in it names with one prefix. The names of all buckets stay visible to it.",
        (
            "The console offers no single capabilities: use one of the calls below with the master key.",
            "keyID is the access key id, applicationKey the secret access key: it is shown once.",
            "Never give the master key to the site: it may do everything, and the S3 API refuses it.",
        ),
        (shlex.join(command), call),
    )


# ── Cloudinary ───────────────────────────────────────────────────────────────────────────────


def _preset(provider: Provider, role: str, holding: Holding) -> Guide:
    """Sources: https://cloudinary.com/documentation/upload_presets,
    https://cloudinary.com/documentation/admin_api#upload_presets"""
    cloud = holding.account or "CLOUD_NAME"
    environment = (
        "In the Cloudinary console open Settings, then Product Environments, and create one for this site alone.",
        "In it open Settings, then API Keys, and generate a key for this site.",
    )
    if role != "upload":
        limits = "A key reaches everything in its product environment: an environment of its own is the only limit."
        call = f'curl -u "$API_KEY:$API_SECRET" {shlex.quote(f"https://api.cloudinary.com/v1_1/{cloud}/usage")}'
        return Guide(limits, environment, (call,))
    fields = {
        "name": "medialift-upload",
        "unsigned": "true",
        "disallow_public_id": "true",
        "overwrite": "false",
        **({"folder": holding.prefix} if holding.prefix else {}),
    }
    url = f"https://api.cloudinary.com/v1_1/{cloud}/upload_presets"
    words = [word for name, value in fields.items() for word in ("-d", f"{name}={value}")]
    return Guide(
        "Whoever knows the preset's name may upload into it; nothing else is allowed by it, and nothing is replaced.",
        (
            "In the Cloudinary console open Settings, then Upload, then Upload presets, and add one.",
            "Signing mode: Unsigned. Disallow public ID: on. Overwrite: off.",
            f"Folder: {holding.prefix}." if holding.prefix else "Folder: as you like.",
        ),
        (f'curl -u "$API_KEY:$API_SECRET" {shlex.quote(url)} {shlex.join(words)}',),
    )


_GUIDES: Mapping[Means, Callable[[Provider, str, Holding], Guide]] = {
    Means.TOKENS: _token,
    Means.CAPABILITIES: _key,
    Means.PRESETS: _preset,
}
