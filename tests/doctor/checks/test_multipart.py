from __future__ import annotations

from tests.doctor.conftest import Bucket, examine, ids_of, the_finding
from tests.servers.proxy import FaultProxy
from tests.servers.rules import error, when


def test_a_refused_upload_in_parts_is_found(healthy: Bucket, proxy: FaultProxy) -> None:
    proxy.rules.append(when(error(403, "AccessDenied"), operation="CreateMultipartUpload"))
    outcomes = examine(healthy.store(proxy.server))
    assert ids_of(outcomes) == ["E018"]
    assert "more than 5 MiB" in the_finding(outcomes)
