"""The servers as fixtures, and what happens to tests whose server is missing.

``moto``, ``rclone``, ``ceph`` and their ``…_tls`` twins are :class:`~tests.servers.s3server.S3Server`
values, started when first asked for; ``s3_server`` runs a test once on each of them. Each worker
has servers of its own, but for ``ceph``, which is expensive: they share one.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.servers import ceph as ceph_server
from tests.servers import databases
from tests.servers import moto as moto_server
from tests.servers import rclone as rclone_server
from tests.servers.missing import missing
from tests.servers.process import Process, tail
from tests.servers.s3server import S3Server
from tests.servers.shared import shared
from tests.servers.tls import Certificate, make_certificate

RunsServer = Callable[[Path, Certificate | None], AbstractContextManager[tuple[S3Server, Process]]]

SERVERS = ("moto", "moto_tls", "rclone", "rclone_tls", "ceph", "ceph_tls")

LOGS = pytest.StashKey[list[Path]]()
LOG_STARTS = pytest.StashKey[dict[Path, int]]()
UNREACHABLE = pytest.StashKey[str]()


@pytest.fixture
def ordinary_disk(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every folder lies on a server's own disk, wherever the tests themselves run."""
    mounts = tmp_path_factory.mktemp("proc") / "mountinfo"
    mounts.write_text("22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n")
    monkeypatch.setattr("medialift.facts.site.MOUNTS", str(mounts))
    monkeypatch.setattr("medialift.facts.site.IN_CONTAINER", str(mounts.with_name("none")))


# ── the servers ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def _server(run: RunsServer, *, tls: bool) -> Any:
    """A session fixture of one server, started in a folder of its own."""

    @pytest.fixture(scope="session")
    def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
        certificate = request.getfixturevalue("certificate") if tls else None
        folder = tmp_path_factory.mktemp(str(request.fixturename))
        with run(folder, certificate) as (running, process), _logged(request.config, process.log):
            yield running

    return server


moto = _server(moto_server.moto, tls=False)
moto_tls = _server(moto_server.moto, tls=True)
rclone = _server(rclone_server.rclone, tls=False)
rclone_tls = _server(rclone_server.rclone, tls=True)


@pytest.fixture(scope="session")
def ceph_gateway(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, certificate: Certificate
) -> Iterator[ceph_server.Ceph]:
    of_worker = tmp_path_factory.getbasetemp()
    of_run = of_worker.parent if hasattr(request.config, "workerinput") else of_worker
    folder = tmp_path_factory.mktemp("ceph") / "cluster"
    with shared(of_run / "ceph", lambda: ceph_server.ceph(folder, certificate)) as gateway:
        with _logged(request.config, gateway.log):
            yield gateway


@pytest.fixture(scope="session")
def ceph(ceph_gateway: ceph_server.Ceph) -> S3Server:
    return ceph_gateway.http


@pytest.fixture(scope="session")
def ceph_tls(ceph_gateway: ceph_server.Ceph) -> S3Server:
    return ceph_gateway.https


@pytest.fixture(scope="session", params=SERVERS)
def s3_server(request: pytest.FixtureRequest) -> S3Server:
    """Every server in turn."""
    server: S3Server = request.getfixturevalue(request.param)
    return server


# ── what is known before a test runs ─────────────────────────────────────────────────────────


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    from django.conf import settings

    unreachable = databases.unreachable(settings.DATABASES)
    for item in items:
        for alias in _databases_of(item) & unreachable:
            item.stash[UNREACHABLE] = alias
            # The mark that counts is the closest one: a run must not create what it cannot reach.
            item.add_marker(pytest.mark.django_db(databases=["default"]), append=False)


def pytest_collection_finish() -> None:
    """Thousands of tests stay in memory: whoever collects garbage, or counts objects, need not look at them."""
    importlib.import_module("hypothesis")  # it asks the collector who holds what its plugins bring, at its import
    gc.collect()
    gc.freeze()


def _databases_of(item: pytest.Item) -> set[str]:
    mark = item.get_closest_marker("django_db")
    return set(mark.kwargs.get("databases") or ()) if mark else set()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    alias = item.stash.get(UNREACHABLE, None)
    if alias:
        missing(alias, databases.HOW_TO_GET_IT[alias])
    item.stash[LOG_STARTS] = {log: log.stat().st_size for log in item.config.stash.get(LOGS, [])}


# ── what a failure shows ─────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def _logged(config: pytest.Config, log: Path) -> Iterator[None]:
    """For the time of the block, failing tests show what their server wrote into this file meanwhile."""
    logs = config.stash.setdefault(LOGS, [])
    logs.append(log)
    try:
        yield
    finally:
        logs.remove(log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        starts = item.stash.get(LOG_STARTS, {})
        for log in item.config.stash.get(LOGS, []):
            said = tail(log, start=starts.get(log, 0))
            if said:
                report.sections.append((f"{log.parent.name}/{log.name}", said))
    return report
