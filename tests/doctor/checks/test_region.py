from __future__ import annotations

from tests.doctor.conftest import Bucket, examine, ids_of, the_finding
from tests.servers.proxy import FaultProxy
from tests.servers.rules import only_region


def test_another_region_is_found_with_its_name(healthy: Bucket, proxy: FaultProxy) -> None:
    proxy.rules.append(only_region("eu-central-1"))
    outcomes = examine(healthy.store(proxy.server))
    assert ids_of(outcomes) == ["E011"]
    assert "lies in eu-central-1" in the_finding(outcomes)


def test_the_right_region_is_good(healthy: Bucket, proxy: FaultProxy) -> None:
    proxy.rules.append(only_region("eu-central-1"))
    assert ids_of(examine(healthy.store(proxy.server, region="eu-central-1"))) == []
