"""Real accounts, one variable for each provider: what it says is a ``MEDIA_STORAGE_URL``.

The keys are looked for where a site's are: in the URL, or in the provider's customary variables. Nothing is
written but below ``<prefix>/medialift-test/<a new name>/``, and that is emptied afterwards, earlier versions
and unfinished uploads included where the service shows them.
"""

from __future__ import annotations

import dataclasses
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from medialift.conf import resolve
from medialift.conf.dsn import options_of
from medialift.errors import StoreError
from medialift.providers import provider_ids
from medialift.stores import open_store
from medialift.stores.base import ObjectStore
from medialift.stores.s3 import S3Store
from medialift.stores.spec import StoreSpec

FOLDER = "medialift-test"
LIVE = tuple(id for id in provider_ids())


def variable(provider: str) -> str:
    """``MEDIALIFT_TEST_R2``, ``MEDIALIFT_TEST_SUPABASE_S3``."""
    return f"MEDIALIFT_TEST_{provider.upper().replace('-', '_')}"


GIVEN = tuple(id for id in LIVE if variable(id) in os.environ)
"""The providers whose account is here."""


def spec_of(provider: str) -> StoreSpec:
    """What opens a new, empty place in the account; skips the test if there is none."""
    url = os.environ.get(variable(provider))
    if not url:
        pytest.skip(f"no account: set {variable(provider)} to a storage URL, {provider}://bucket/prefix?option=value")
    spec = resolve(options_of(url)).spec
    assert spec.provider == provider, f"{variable(provider)} names {spec.provider}"
    below = "/".join(part for part in (spec.prefix.strip("/"), FOLDER, uuid.uuid4().hex) if part)
    return dataclasses.replace(spec, prefix=below)


@contextmanager
def emptied(spec: StoreSpec) -> Iterator[ObjectStore]:
    """The place, and nothing left in it afterwards."""
    store = open_store(spec)
    try:
        yield store
    finally:
        empty(store)
        store.close()


def empty(store: ObjectStore) -> None:
    """Remove everything below the store's own new prefix, which nobody else has."""
    assert f"{FOLDER}/" in store.identity.prefix
    assert list(store.delete_many(info.key for info in list(store.list()))) == []
    if isinstance(store, S3Store):
        _purge(store)


def _purge(store: S3Store) -> None:
    """Earlier versions and unfinished uploads, where the service has such things."""
    bucket, prefix = store.place.bucket, store.place.folder("")
    try:
        for upload in store.client.list_multipart_uploads(Bucket=bucket, Prefix=prefix).get("Uploads", ()):
            store.client.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
        for page in store.client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
            for kind in ("Versions", "DeleteMarkers"):
                for entry in page.get(kind, ()):  # type: ignore[attr-defined]
                    store.client.delete_object(Bucket=bucket, Key=entry["Key"], VersionId=entry["VersionId"])
    except (StoreError, store.client.exceptions.ClientError):
        return  # a service without versions says so in many ways
