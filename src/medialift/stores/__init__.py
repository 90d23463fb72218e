"""Stores: one contract, several drivers. A driver is imported when the first store needs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from medialift.providers import load_provider
from medialift.stores.base import ObjectStore
from medialift.stores.extras import missing_extra
from medialift.stores.spec import StoreSpec


def open_store(spec: StoreSpec) -> ObjectStore:
    """The store that *spec* describes. Sends nothing.

    Raises :class:`~medialift.errors.ConfigError` if the spec is not complete, and
    :class:`MissingExtraError` if the driver is not installed.
    """
    return _OPENERS.get(spec.provider, _open_s3)(spec)


def speaks_s3(provider: str) -> bool:
    """Whether stores of this provider speak the S3 protocol."""
    return provider not in _OPENERS


def _open_memory(spec: StoreSpec) -> ObjectStore:
    from medialift.stores.memory import MemoryStore

    return MemoryStore(spec.container)


def _open_filesystem(spec: StoreSpec) -> ObjectStore:
    from medialift.stores.filesystem import FilesystemStore

    return FilesystemStore(spec.container)


def _open_s3(spec: StoreSpec) -> ObjectStore:
    provider = load_provider(spec.provider)
    try:
        from medialift.stores.s3 import S3Store
    except ModuleNotFoundError as error:
        raise missing_extra("s3", error) from error
    return S3Store(spec, provider)


def _open_supabase(spec: StoreSpec) -> ObjectStore:
    try:
        from medialift.stores.supabase import SupabaseStore
    except ModuleNotFoundError as error:
        raise missing_extra("supabase", error) from error
    return SupabaseStore(spec, load_provider(spec.provider))


def _open_cloudinary(spec: StoreSpec) -> ObjectStore:
    try:
        from medialift.stores.cloudinary import CloudinaryStore
    except ModuleNotFoundError as error:
        raise missing_extra("cloudinary", error) from error
    return CloudinaryStore(spec, load_provider(spec.provider))


_OPENERS: Mapping[str, Callable[[StoreSpec], ObjectStore]] = MappingProxyType(
    {
        "memory": _open_memory,
        "filesystem": _open_filesystem,
        "supabase": _open_supabase,
        "cloudinary": _open_cloudinary,
    }
)
