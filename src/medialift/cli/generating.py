"""From an alias of the site to what the generators are told."""

from __future__ import annotations

import argparse
from urllib.parse import urlsplit

from django.core.files.storage import storages

from medialift.cli.ends import open_alias
from medialift.errors import RefusedError
from medialift.generate.bucket import Wishes, is_over_tls
from medialift.generate.narrow_key import Holding
from medialift.generate.rls import Bucket
from medialift.generate.scope import Scope
from medialift.providers import Means, Provider, load_provider, provider_ids
from medialift.storage import MediaStorage
from medialift.stores.base import ObjectStore
from medialift.stores.spec import StoreSpec


def spec_of(alias: str, store: ObjectStore) -> StoreSpec:
    """What the site says of the alias; of another package's storage only the place and the region are known."""
    storage = storages[alias]
    if isinstance(storage, MediaStorage):
        return storage.options.spec
    identity, region = store.identity, getattr(storage, "region_name", None)
    return StoreSpec(identity.provider, identity.container, identity.prefix, region=region)


def provider_of(alias: str, store: ObjectStore) -> Provider:
    """Raises :class:`~medialift.errors.RefusedError` for a folder and other places without a provider."""
    provider = store.identity.provider
    if provider not in provider_ids():
        hint = "Name the alias of a bucket in STORAGES."
        raise RefusedError(f"{alias!r} is no bucket of a known provider ({provider}): it has no policies", hint=hint)
    return load_provider(provider)


def scope_of(options: argparse.Namespace, provider: Provider, spec: StoreSpec) -> Scope:
    """The bucket, and what uploads carry."""
    carried = spec.object_parameters
    return Scope(
        spec.container,
        spec.prefix.strip("/"),
        spec.region or "",
        kms_key=options.kms_key or str(carried.get("SSEKMSKeyId", "")),
        sets_acl="ACL" in carried,
        sets_tags="Tagging" in carried,
        unknown_actions=provider.permissions.unknown_actions if provider.permissions else frozenset(),
    )


def wishes_of(options: argparse.Namespace, scope: Scope, provider: Provider, spec: StoreSpec) -> Wishes:
    public = options.public_prefix
    folder = None if public is None else public.strip("/")
    # What is deployed by a tool is for Amazon, whose addresses are https.
    over_tls = options.kind != "bucket" or is_over_tls(spec.endpoint_url)
    return Wishes(scope, tuple(options.origins), folder, options.keep_versions, over_tls, provider.harmful_switches)


def rows_of(spec: StoreSpec) -> Bucket:
    return Bucket(spec.container, spec.prefix.strip("/"))


def holding_of(spec: StoreSpec, provider: Provider) -> Holding:
    """The account and the jurisdiction as the endpoint says them; a cloud is account and bucket in one."""
    labels = (urlsplit(spec.endpoint_url or "").hostname or "").split(".")
    jurisdiction = labels[1] if len(labels) > 1 and labels[1] in ("eu", "fedramp") else "default"
    account = spec.account_id or provider.endpoint_parameters(spec.endpoint_url or "").get("account_id", "")
    if not account and provider.permissions is not None and provider.permissions.means is Means.PRESETS:
        account = spec.container
    return Holding(spec.container, spec.prefix.strip("/"), account, jurisdiction)


def opened(alias: str) -> tuple[ObjectStore, Provider, StoreSpec]:
    """The store behind *alias*, its provider, and what the site says of it. Sends nothing."""
    store = open_alias(alias)
    return store, provider_of(alias, store), spec_of(alias, store)
