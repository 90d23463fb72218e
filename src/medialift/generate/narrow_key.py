"""The key that one role needs, in the words of the service that makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from medialift.errors import ConfigError
from medialift.providers import Means, Permissions, Provider
from medialift.stores.narrow_keys import KeyWish


@dataclass(frozen=True, slots=True)
class Holding:
    """What the key is for: a bucket plus prefix of an account.

    ``account`` is Cloudflare's account id or Cloudinary's cloud name; ``jurisdiction`` is R2's
    (``default``, ``eu``, ``fedramp``). What is empty stays a word in capitals for a person to replace.
    """

    bucket: str
    prefix: str = ""
    account: str = ""
    jurisdiction: str = "default"


def wish(provider: Provider, role: str, holding: Holding) -> KeyWish:
    """What to ask the account's API for. Raises :class:`~medialift.errors.ConfigError` where no such key is known."""
    known = provider.permissions
    write = _WISHES.get(known.means) if known else None
    if known is None or write is None or role not in known.roles:
        raise ConfigError(
            f"medialift knows no steps to a narrow key for {role!r} at {provider.label}",
            hint=f"See {provider.docs[0]}" if provider.docs else "",
        )
    return write(known, role, holding)


def is_of_bucket(wanted: KeyWish) -> bool:
    """Whether a token's groups are about the objects of a bucket, and not about the whole account."""
    return all("Bucket Item" in group for group in wanted.allows)


def _token(known: Permissions, role: str, holding: Holding) -> KeyWish:
    account = holding.account or "ACCOUNT_ID"
    made = KeyWish(f"medialift {role} {holding.bucket}", known.roles[role], holding.bucket)
    bucket = known.resource.format(account_id=account, jurisdiction=holding.jurisdiction, bucket=holding.bucket)
    resource = bucket if is_of_bucket(made) else f"com.cloudflare.api.account.{account}"
    return KeyWish(made.name, made.allows, made.bucket, resource)


def _key(known: Permissions, role: str, holding: Holding) -> KeyWish:
    prefix = f"{holding.prefix}/" if holding.prefix else ""
    return KeyWish(f"medialift-{role}", known.roles[role], holding.bucket, prefix=prefix)


_WISHES: Mapping[Means, Callable[[Permissions, str, Holding], KeyWish]] = {
    Means.TOKENS: _token,
    Means.CAPABILITIES: _key,
}
