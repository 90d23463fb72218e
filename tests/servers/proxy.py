"""A proxy before one of the servers: it counts what passes, and breaks what its rules tell it to.

::

    with FaultProxy(ceph) as proxy:
        proxy.rules.append(when(slow_down(), operation="PutObject", times=3))
        store = open_store(proxy.server.spec(bucket))
        ...
        assert proxy.count("PutObject") == 4
"""

from __future__ import annotations

import dataclasses

from medialift.testing.proxy import Action, Exchange, Proxy, Rule, Transform
from tests.servers.s3server import S3Server
from tests.servers.tls import Certificate

__all__ = ["Action", "Exchange", "FaultProxy", "Rule", "Transform"]


class FaultProxy(Proxy):
    """``server`` is *upstream* (which speaks http) seen through the proxy; with a certificate, over TLS."""

    def __init__(self, upstream: S3Server, *rules: Rule, certificate: Certificate | None = None) -> None:
        super().__init__(upstream.endpoint_url, *rules, certificate=certificate.both_file if certificate else None)
        ca_file = str(certificate.ca_file) if certificate else None
        self.server = dataclasses.replace(upstream.through(self.url), ca_file=ca_file)

    def __enter__(self) -> FaultProxy:
        super().__enter__()
        return self
