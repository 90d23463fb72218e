from __future__ import annotations

import threading
from typing import Any

from medialift.providers import load_provider
from medialift.stores.probe import Probed
from medialift.stores.probe.run import probe
from medialift.stores.spec import StoreSpec
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server

PREFIX = "site/mé dia"


def spec_behind(proxy: FaultProxy, bucket: str, **changes: Any) -> StoreSpec:
    """The bucket as a service of which nothing is known, behind *proxy*."""
    client = {"max_attempts": 2, "read_timeout": 20, **changes.pop("client", {})}
    return proxy.server.spec(bucket, PREFIX, **{"provider": "s3-compatible", "client": client, **changes})


def probed(spec: StoreSpec, stop: threading.Event | None = None) -> Probed:
    found = probe(spec, load_provider(spec.provider), stop)
    assert found is not None
    return found


def everything(server: S3Server, bucket: str) -> list[str]:
    """What is in the bucket in any way: keys, versions, unfinished uploads; asked by a client that is not ours."""
    client = server.client()
    found = [entry["Key"] for entry in client.list_objects_v2(Bucket=bucket).get("Contents", ())]
    found += [upload["Key"] for upload in client.list_multipart_uploads(Bucket=bucket).get("Uploads", ())]
    if server.name == "rclone":  # it knows no versions
        return found
    versions: Any = client.list_object_versions(Bucket=bucket)
    return found + [entry["Key"] for kind in ("Versions", "DeleteMarkers") for entry in versions.get(kind, ())]
