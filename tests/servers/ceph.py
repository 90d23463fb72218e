"""A Ceph object gateway: a monitor, one storage daemon in memory, and radosgw with http and https.

The realistic one: it checks signatures, payload hashes, clocks, policies and expiry. It takes some
14 seconds and 200 MiB to start, so it is started at most once per run.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers.missing import missing
from tests.servers.process import LOOPBACK, Process, ServerError, accepts, find_program, free_port, running
from tests.servers.s3server import Limits, S3Server
from tests.servers.tls import Certificate

HOW_TO_GET_IT = "apt-get install radosgw ceph-mon ceph-osd ceph-common"
PROGRAMS = (
    "ceph", "ceph-authtool", "ceph-mon", "ceph-osd", "monmaptool", "rados", "radosgw", "radosgw-admin",
)  # fmt: skip

OWNER = ("owner", "OWNERKEY0123456789AB", "owner-secret-0123456789-abcdefghijklmnop")
GUEST = ("guest", "GUESTKEY0123456789AB", "guest-secret-0123456789-abcdefghijklmnop")

LIMITS = Limits(
    cannot_show=(
        "a conditional CompleteMultipartUpload is honoured (the condition is ignored)",
        "x-amz-checksum-* headers and trailers are compared with the body (they are ignored)",
        "boto3's default since 1.36, a trailing checksum over TLS, arrives (the answer is 411)",
        "a signature for another region is refused",
    ),
)


@dataclass(frozen=True)
class Ceph:
    """One gateway, over both schemes; ``cluster`` runs the tools of its administrator."""

    http: S3Server
    https: S3Server
    log: Path
    cluster: Cluster


@contextlib.contextmanager
def ceph(folder: Path, certificate: Certificate) -> Iterator[Ceph]:
    """Run the three daemons in *folder*; skips the test if one of their programs is missing."""
    cluster = Cluster(folder)
    http, https = free_port(), free_port()
    cluster.write_config(monitor=free_port(), http=http, https=https, certificate=certificate)
    with cluster.monitor(), cluster.storage(), cluster.gateway() as gateway:
        gateway.wait_until(lambda: accepts(http) and accepts(https), seconds=90)
        cluster.create_users()
        server = _server(f"http://{LOOPBACK}:{http}")
        server.make_bucket()  # the first one makes the pools for it, which takes seconds: not in some test's time
        yield Ceph(server, _server(f"https://{LOOPBACK}:{https}", certificate), gateway.log, cluster)


class Cluster:
    """The files and commands of one cluster. Everything it knows lies in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "ceph.conf"
        self.keyring = folder / "keyring"
        self.programs = {name: find_program(name) or missing(f"Ceph ({name})", HOW_TO_GET_IT) for name in PROGRAMS}

    def write_config(self, *, monitor: int, http: int, https: int, certificate: Certificate) -> None:
        fsid = str(uuid.uuid4())
        (self.folder / "osd").mkdir(parents=True)
        self.config.write_text(
            CONFIG.format(
                folder=self.folder,
                fsid=fsid,
                monitor=f"{LOOPBACK}:{monitor}",
                http=f"{LOOPBACK}:{http}",
                https=f"{LOOPBACK}:{https}",
                certificate=certificate.both_file,
            )
        )
        self._write_keyring()
        self.run("monmaptool", "--create", "--clobber", "--fsid", fsid, "--addv", "a", f"[v2:{LOOPBACK}:{monitor}]",
                 str(self.folder / "monmap"))  # fmt: skip

    def _write_keyring(self) -> None:
        # The monitor takes over every key of its first keyring: no daemon needs a call to get its own.
        grants = {
            "mon.": ("mon", "allow *"),
            "client.admin": ("mon", "allow *", "osd", "allow *", "mgr", "allow *"),
            "osd.0": ("mon", "allow profile osd", "osd", "allow *"),
            "client.rgw.a": ("mon", "allow rw", "osd", "allow rwx"),
        }
        for number, (name, caps) in enumerate(grants.items()):
            pairs = [part for who, what in zip(caps[::2], caps[1::2], strict=True) for part in ("--cap", who, what)]
            create = ["--create-keyring"] if number == 0 else []
            self.run("ceph-authtool", str(self.keyring), *create, "--gen-key", "--name", name, *pairs)

    @contextlib.contextmanager
    def monitor(self) -> Iterator[None]:
        self.run("ceph-mon", "--mkfs", "--id", "a", "--monmap", str(self.folder / "monmap"),
                 "--keyring", str(self.keyring))  # fmt: skip
        with self.daemon("ceph-mon", "--id", "a"):
            yield

    @contextlib.contextmanager
    def storage(self) -> Iterator[None]:
        self.run("ceph", "osd", "create")
        self.run("ceph-osd", "--mkfs", "--id", "0")
        with self.daemon("ceph-osd", "--id", "0"):
            yield

    @contextlib.contextmanager
    def gateway(self) -> Iterator[Process]:
        with self.daemon("radosgw", "--name", "client.rgw.a") as process:
            yield process

    @contextlib.contextmanager
    def token_gateway(self) -> Iterator[str]:
        """The address of a second gateway to the same objects, whose roles' tokens may live for a second.

        The first one knows no tokens: with them Ceph 16 answers a wrong secret as it answers a missing permission.
        """
        port, name = free_port(), f"tokens-{uuid.uuid4().hex[:8]}"
        own = ["--admin-socket", str(self.folder / f"{name}.asok"), "--pid-file", str(self.folder / f"{name}.pid")]
        tokens = ["--rgw-s3-auth-use-sts=true", "--rgw-sts-key=abcdefghijklmnop", "--rgw-sts-min-session-duration=1"]
        frontend = f"--rgw-frontends=beast tcp_nodelay=1 endpoint={LOOPBACK}:{port}"
        command = [self.programs["radosgw"], "--foreground", "--name", "client.rgw.a", frontend, *tokens, *own,
                   "--conf", str(self.config)]  # fmt: skip
        with running("radosgw", command, log=self.folder / f"{name}.log") as gateway:
            gateway.wait_until(lambda: accepts(port), seconds=90)
            yield f"http://{LOOPBACK}:{port}"

    def create_users(self) -> None:
        for name, access_key, secret in (OWNER, GUEST):
            self.run("radosgw-admin", "user", "create", "--uid", name, "--display-name", name,
                     "--access-key", access_key, "--secret-key", secret,
                     "--caps", "user-policy=*;roles=*")  # fmt: skip

    @contextlib.contextmanager
    def daemon(self, name: str, *arguments: str) -> Iterator[Process]:
        command = [self.programs[name], "--foreground", *arguments, "--conf", str(self.config)]
        with running(name, command, log=self.folder / f"{name}.log") as process:
            yield process

    def run(self, name: str, *arguments: str) -> str:
        """Run a tool to its end and give what it printed. Raises :class:`ServerError` with its complaint."""
        done = subprocess.run(
            [self.programs[name], *arguments],
            env={**os.environ, "CEPH_CONF": str(self.config)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
        )
        if done.returncode:
            raise ServerError(f"{name} failed: {done.stderr.decode(errors='replace')[-2000:]}")
        return done.stdout.decode(errors="replace")


def _server(endpoint_url: str, certificate: Certificate | None = None) -> S3Server:
    return S3Server(
        name="ceph",
        endpoint_url=endpoint_url,
        access_key_id=OWNER[1],
        secret_access_key=OWNER[2],
        ca_file=str(certificate.ca_file) if certificate else None,
        provider="ceph",
        other_account=GUEST[1:],
    )


# cephx stays on: without it radosgw 16 ends with -13. tcp_nodelay: else every small answer waits 40 ms.
# The pools are small and unreplicated, which is what makes a start of seconds possible.
CONFIG = """\
[global]
fsid = {fsid}
mon host = [v2:{monitor}]
keyring = {folder}/keyring
run dir = {folder}
admin socket = {folder}/$name.asok
pid file = {folder}/$name.pid
log file =
log to stderr = true
err to stderr = true
ms bind ipv6 = false
public network = 127.0.0.0/8
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon warn on pool no redundancy = false
mon data avail crit = 0
mon data avail warn = 0

[mon]
mon data = {folder}/mon

[osd]
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 8G

[client.rgw.a]
rgw frontends = beast tcp_nodelay=1 endpoint={http} ssl_endpoint={https} ssl_certificate={certificate}
rgw dns name = localhost
rgw dynamic resharding = false
rgw thread pool size = 64
"""
