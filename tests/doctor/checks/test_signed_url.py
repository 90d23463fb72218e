from __future__ import annotations

from tests.doctor.conftest import Bucket, examine, ids_of
from tests.servers.proxy import Action, FaultProxy
from tests.servers.rules import error
from tests.servers.s3request import Request


def test_a_signed_url_that_is_refused_is_found(healthy: Bucket, proxy: FaultProxy) -> None:
    def refuse(request: Request) -> Action | None:
        return error(403, "SignatureDoesNotMatch") if "X-Amz-Signature" in request.query else None

    proxy.rules.append(refuse)
    assert ids_of(examine(healthy.store(proxy.server))) == ["E026"]
