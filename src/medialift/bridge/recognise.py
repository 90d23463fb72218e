"""Which storages are only another way to reach a store that we can open ourselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import MappingProxyType
from typing import Any, cast

from django.core.files.storage import Storage

from medialift.bridge.storage_store import StorageStore
from medialift.conf.endpoints import provider_of
from medialift.conf.parse import private_key
from medialift.freeze.storages import unfrozen
from medialift.storage.routes import unwrapped
from medialift.stores import open_store
from medialift.stores.base import ObjectStore
from medialift.stores.filesystem import FilesystemStore
from medialift.stores.spec import CloudFrontKey, Credentials, Secret, StoreSpec
from medialift.types import StoreIdentity

DECIDES = frozenset(
    {"open", "_open", "save", "_save", "delete", "exists", "listdir", "size", "path", "get_modified_time"}
)
"""A subclass that has its own of these may keep other bytes, or elsewhere: it is asked, never gone around."""

S3_DECIDES = DECIDES | {"bucket", "connection", "_create_session", "_normalize_name", "get_object_parameters"}


def store_for(storage: Storage) -> ObjectStore:
    """The store behind *storage*: the same bucket or folder, with the same prefix and credentials.

    ``FileSystemStorage``, ``MediaStorage`` and django-storages' ``S3Storage`` are gone around; every
    other storage, and every subclass that changes what is kept, is worked through its own methods.
    A freeze of uploads does not hold for the store: it is made so that a move can work.
    Raises :class:`~medialift.errors.ConfigError` if its settings are not complete.
    """
    storage = unfrozen(unwrapped(storage))
    for module, name, decides, opens in _KNOWN:
        if _is_plainly(type(storage), module, name, decides) and (store := opens(storage)) is not None:
            return store
    return StorageStore(storage)


def identity_of(storage: Storage) -> StoreIdentity:
    """What the store behind *storage* is. Sends nothing."""
    return store_for(storage).identity


def _is_plainly(kind: type, module: str, name: str, decides: frozenset[str]) -> bool:
    """Whether *kind* is the named class, or a subclass that leaves everything that decides as it is.

    Classes are known by name: django-storages need not be installed.
    """
    for base in kind.__mro__:
        if (base.__module__, base.__qualname__) == (module, name):
            return True
        if decides & vars(base).keys() and not vars(base).get("passes_through"):
            return False
    return False


def _media_store(storage: Any) -> ObjectStore:
    return cast(ObjectStore, storage.store)


def _filesystem_store(storage: Any) -> ObjectStore:
    return FilesystemStore(
        storage.location,
        base_url=storage.base_url,
        file_mode=storage.file_permissions_mode,
        dir_mode=storage.directory_permissions_mode,
    )


def _s3_store(storage: Any) -> ObjectStore | None:
    if storage.gzip:
        return None  # it stores other bytes than it is given
    parameters = {**({"ACL": storage.default_acl} if storage.default_acl else {}), **storage.object_parameters}
    return open_store(
        StoreSpec(
            provider=provider_of(storage.endpoint_url),
            container=storage.bucket_name or "",
            prefix=storage.location.strip("/"),
            region=storage.region_name or None,
            endpoint_url=storage.endpoint_url or None,
            credentials=_s3_credentials(storage),
            profile=storage.session_profile or None,
            addressing_style=storage.addressing_style or None,
            custom_domain=storage.custom_domain or None,
            url_protocol=storage.url_protocol.rstrip(":"),
            expires=timedelta(seconds=storage.querystring_expire),
            object_parameters=MappingProxyType(parameters),
            client=MappingProxyType(_s3_client(storage)),
            cloudfront=_cloudfront(storage),
        )
    )


def _s3_credentials(storage: Any) -> Credentials | None:
    if not (storage.access_key and storage.secret_key):
        return None
    token = Secret(storage.security_token) if storage.security_token else None
    return Credentials(storage.access_key, Secret(storage.secret_key), token)


def _cloudfront(storage: Any) -> CloudFrontKey | None:
    key_id, key = getattr(storage, "cloudfront_key_id", None), getattr(storage, "cloudfront_key", None)
    return CloudFrontKey(key_id, private_key(key)) if key_id and key else None


def _s3_client(storage: Any) -> dict[str, Any]:
    told = {"verify": storage.verify, "proxies": storage.proxies}
    return {name: value for name, value in told.items() if value is not None}


_KNOWN: tuple[tuple[str, str, frozenset[str], Callable[[Any], ObjectStore | None]], ...] = (
    ("django.core.files.storage.filesystem", "FileSystemStorage", DECIDES, _filesystem_store),
    ("medialift.storage", "MediaStorage", DECIDES, _media_store),
    ("storages.backends.s3", "S3Storage", S3_DECIDES, _s3_store),
)
