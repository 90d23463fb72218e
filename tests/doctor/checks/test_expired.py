from __future__ import annotations

import time

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


def test_where_the_service_does_not_say_so_all_is_refused(healthy: Bucket) -> None:
    credentials = healthy.assume_role(seconds=3)
    ended = time.monotonic() + 4
    assert set(ids_of(examine(healthy.store(credentials=credentials)))) == {"W036"}
    time.sleep(max(0, ended - time.monotonic()))
    outcomes = examine(healthy.store(credentials=credentials))
    assert ids_of(outcomes) == ["E035"]
    assert "refuses all that they try" in the_finding(outcomes)


def test_keys_that_last_and_may_nothing_have_not_run_out(healthy: Bucket) -> None:
    healthy.allow_nothing()
    assert "E035" not in ids_of(examine(healthy.store()))
    healthy.allow(healthy.may_list())
