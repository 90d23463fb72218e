"""The kinds of place that files can lie in, each open for the time of one test: one line each.

A place is what a site writes into ``OPTIONS``: what opens it is the code that opens a site's own. The
hosted services are stand-ins, a real S3 server behind their rules or a server of their own.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from medialift.storage import MediaStorage
from medialift.stores.base import ObjectStore
from medialift.testing.cloudinary import Account, CloudinaryServer
from medialift.testing.proxy import Rule
from medialift.testing.s3_rules import as_supabase, b2_rules, r2_rules
from medialift.testing.supabase import SupabaseServer
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server

Options = dict[str, Any]
Rules = Callable[[], tuple[Rule, ...]]
Service = Callable[[pytest.FixtureRequest], AbstractContextManager[Options]]


@contextmanager
def disk(request: pytest.FixtureRequest) -> Iterator[Options]:
    folder: Path = request.getfixturevalue("tmp_path") / uuid.uuid4().hex
    folder.mkdir()
    yield {"provider": "filesystem", "bucket": str(folder)}


def s3(server: str, provider: str, *rules: Rules, versions: bool = False, **more: str) -> Service:
    """A bucket of *server* behind *rules*; with *versions* it keeps every version."""

    @contextmanager
    def opened(request: pytest.FixtureRequest) -> Iterator[Options]:
        behind: S3Server = request.getfixturevalue(server)
        bucket = behind.make_bucket()
        if versions:
            behind.client().put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        with FaultProxy(behind, *(rule for make in rules for rule in make())) as service:
            yield {
                "provider": provider,
                "bucket": bucket,
                "prefix": "sites/a b",
                "endpoint_url": service.server.endpoint_url,
                "region": behind.region,
                "access_key_id": behind.access_key_id,
                "secret_access_key": behind.secret_access_key,
                "addressing_style": "path",
                **more,
            }

    return opened


@contextmanager
def supabase(request: pytest.FixtureRequest) -> Iterator[Options]:
    with SupabaseServer() as server:
        server.project.make_bucket("media")
        key = server.project.service_key
        yield {"provider": "supabase", "bucket": "media", "endpoint_url": server.url, "service_key": key}


@contextmanager
def cloudinary(request: pytest.FixtureRequest) -> Iterator[Options]:
    account = Account(distinct_versions=True, largest=dict.fromkeys(("image", "video", "raw"), 2**30))
    with CloudinaryServer(account) as server:
        yield {
            "provider": "cloudinary",
            "bucket": "demo-cloud",
            "prefix": "sites/a",
            "endpoint_url": server.url,
            "access_key_id": account.key,
            "secret_access_key": account.secret,
        }


SERVICES: Mapping[str, Service] = MappingProxyType(
    {
        "disk": disk,
        "s3": s3("moto", "s3"),
        "r2": s3("moto", "r2", r2_rules, region="auto"),
        "b2": s3("moto", "b2", b2_rules, versions=True),
        "supabase": supabase,
        "cloudinary": cloudinary,
        "supabase-s3": s3("moto", "supabase-s3", lambda: (as_supabase(),)),
        "ceph": s3("ceph", "ceph"),
        "minio": s3("moto", "minio"),
        "s3-compatible": s3("rclone", "s3-compatible"),
    }
)
"""Every test of this folder runs on each of them, and the moves between any two."""


@contextmanager
def storage(name: str, request: pytest.FixtureRequest, **options: Any) -> Iterator[MediaStorage]:
    """The storage of a site in a new, empty place of this kind."""
    with SERVICES[name](request) as place:
        made = MediaStorage(**place, **options)
        yield made
        made.store.close()


@contextmanager
def store(name: str, request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    """A new, empty place of this kind."""
    with storage(name, request) as made:
        yield made.store
