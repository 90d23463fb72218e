"""The real server of the suite: a Ceph object gateway, as the tests start it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.servers.server import Counted
from benchmarks.values import Endpoint, Unavailable
from tests.servers import ceph as gateway
from tests.servers.process import find_program
from tests.servers.s3server import S3Server
from tests.servers.tls import Certificate


@dataclass(frozen=True, slots=True)
class CephServer:
    """``ceph`` over http. Requests are not counted."""

    server: S3Server
    cluster: gateway.Cluster
    endpoints: Mapping[str, Endpoint]

    def new_bucket(self) -> str:
        return self.server.make_bucket()

    def counted(self, bucket: str) -> Counted:
        pages = self.server.client().get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return Counted(sum(page["KeyCount"] for page in pages), None)

    def forget(self, bucket: str) -> None:
        # An ordinary deletion waits for the gateway's garbage collector, and the memory with it.
        self.cluster.run("radosgw-admin", "bucket", "rm", "--bucket", bucket, "--purge-objects", "--bypass-gc")


@contextlib.contextmanager
def ceph(folder: Path, certificate: Certificate) -> Iterator[CephServer]:
    """Run a gateway. Raises ``Unavailable`` where one of its programs is missing."""
    if not all(map(find_program, gateway.PROGRAMS)):
        raise Unavailable("Ceph", gateway.HOW_TO_GET_IT)
    with gateway.ceph(folder, certificate) as running:
        http = running.http
        endpoint = Endpoint("ceph", http.endpoint_url, http.access_key_id, http.secret_access_key, http.provider)
        yield CephServer(http, running.cluster, {"ceph": endpoint})
