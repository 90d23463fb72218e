"""nginx with ``sink.lua``: an S3 server whose own work is small, near and far, with and without TLS."""

from __future__ import annotations

import contextlib
import json
import os
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.servers.server import Counted
from benchmarks.values import Endpoint, Unavailable
from tests.servers.process import LOOPBACK, accepts, find_program, free_port, running
from tests.servers.tls import Certificate

HERE = Path(__file__).parent
MODULES = Path("/usr/lib/nginx/modules")
HOW_TO_GET_IT = "apt-get install nginx-light libnginx-mod-http-lua"
ROUND_TRIP = 0.02
"""Seconds from here to the far sink and back, unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class Sink:
    """One running sink: the same objects behind four endpoints, called ``near`` and ``far``, ``…-tls`` with TLS."""

    endpoints: Mapping[str, Endpoint]

    def new_bucket(self) -> str:
        # Not asked for: the sink makes a bucket of every name that it hears.
        return f"bench-{uuid.uuid4().hex[:12]}"

    def counted(self, bucket: str) -> Counted:
        told = json.loads(self._ask("tell"))
        return Counted(told["objects"].get(bucket, 0), sum(told["requests"].values()))

    def forget(self, bucket: str) -> None:
        self._ask(f"forget?bucket={bucket}")

    def pretend(self, bucket: str, key: str, size: int) -> None:
        """Let *bucket* hold *size* zeros under *key*."""
        self._ask(f"pretend?bucket={bucket}&key={key}&size={size}")

    def _ask(self, what: str) -> bytes:
        with urllib.request.urlopen(f"{self.endpoints['near'].url}/-/{what}", timeout=60) as answer:
            data: bytes = answer.read()
            return data


@contextlib.contextmanager
def sink(folder: Path, certificate: Certificate, *, round_trip: float = ROUND_TRIP) -> Iterator[Sink]:
    """Run a sink whose files lie in *folder*; *round_trip* (seconds) is how far its far endpoints are.

    Raises ``Unavailable`` where nginx or its Lua module is missing.
    """
    nginx = find_program("nginx")
    if nginx is None or not (MODULES / "ngx_http_lua_module.so").exists():
        raise Unavailable("nginx with Lua", HOW_TO_GET_IT)
    ports = _ports(folder / "ports.json")
    config = folder / "nginx.conf"
    config.write_text(_config(folder, certificate, ports, round_trip))
    with running("nginx", [nginx, "-p", str(folder), "-c", str(config)], log=folder / "nginx.log") as process:
        process.wait_until(lambda: all(map(accepts, ports.values())), seconds=30)
        yield Sink({name: _endpoint(name, port, certificate) for name, port in ports.items()})


def _ports(kept: Path) -> dict[str, int]:
    """The ports of the last time if they are still free: ledgers that took long to make name them."""
    if kept.exists():
        ports: dict[str, int] = json.loads(kept.read_text())
        if not any(map(accepts, ports.values())):
            return ports
    ports = {name: free_port() for name in ("near", "near-tls", "far", "far-tls")}
    kept.write_text(json.dumps(ports))
    return ports


def _endpoint(name: str, port: int, certificate: Certificate) -> Endpoint:
    scheme, ca_file = ("https", str(certificate.ca_file)) if name.endswith("-tls") else ("http", None)
    return Endpoint(name, f"{scheme}://{LOOPBACK}:{port}", "sink", "sink-secret", "s3", ca_file)


def _config(folder: Path, certificate: Certificate, ports: Mapping[str, int], round_trip: float) -> str:
    return (
        (HERE / "sink.conf")
        .read_text()
        .format(
            user="user root;" if os.getuid() == 0 else "",
            modules=MODULES,
            folder=folder,
            lua=HERE,
            certificate=certificate.both_file,
            key=certificate.key_file,
            listeners="\n".join(
                _listener(name, port, round_trip if name.startswith("far") else 0) for name, port in ports.items()
            ),
        )
    )


def _listener(name: str, port: int, delay: float) -> str:
    tls = " ssl" if name.endswith("-tls") else ""
    return f"""\
  server {{
    listen {LOOPBACK}:{port}{tls} backlog=4096;
    set $sink_delay {delay};
    location = /-/tell {{ content_by_lua_block {{ sink.tell() }} }}
    location = /-/forget {{ content_by_lua_block {{ sink.forget() }} }}
    location = /-/pretend {{ content_by_lua_block {{ sink.pretend() }} }}
    location / {{ content_by_lua_block {{ sink.serve() }} }}
  }}"""
