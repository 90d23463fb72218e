from __future__ import annotations

import dataclasses

from tests.doctor.conftest import Bucket, examine, ids_of, the_finding
from tests.servers.process import free_port

ONCE = {"max_attempts": 1, "connect_timeout": 2}


def test_a_port_where_nobody_listens_is_found(healthy: Bucket) -> None:
    nobody = dataclasses.replace(healthy.guest, endpoint_url=f"http://127.0.0.1:{free_port()}")
    assert ids_of(examine(healthy.store(nobody, client=ONCE))) == ["E008"]


def test_a_host_that_does_not_resolve_is_found(healthy: Bucket) -> None:
    nowhere = dataclasses.replace(healthy.guest, endpoint_url="http://no-such-host.invalid")
    outcomes = examine(healthy.store(nowhere, client=ONCE))
    assert ids_of(outcomes) == ["E008"]
    assert "does not resolve" in the_finding(outcomes)
