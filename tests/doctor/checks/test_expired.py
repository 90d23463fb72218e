from __future__ import annotations

import pytest

from tests.doctor.conftest import Bucket, examine, ids_of, the_finding
from tests.servers.proxy import FaultProxy
from tests.servers.rules import error, when


@pytest.mark.parametrize("code", ["ExpiredToken", "TokenRefreshRequired"])
def test_credentials_that_have_run_out_are_told_from_wrong_ones(code: str, healthy: Bucket, proxy: FaultProxy) -> None:
    proxy.rules.append(when(error(400, code, "The provided token has expired.")))
    outcomes = examine(healthy.store(proxy.server))
    assert ids_of(outcomes) == ["E035"]
    assert "aws sso login" in the_finding(outcomes)
