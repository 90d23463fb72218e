from __future__ import annotations

import time

import pytest

from medialift.doctor.checks import expired, write
from medialift.doctor.run import examine_store
from tests.doctor.conftest import SITE, Bucket, Role, examine, ids_of, the_finding
from tests.servers.proxy import FaultProxy
from tests.servers.rules import error, when


@pytest.mark.parametrize("code", ["ExpiredToken", "TokenRefreshRequired"])
def test_credentials_that_have_run_out_are_told_from_wrong_ones(code: str, healthy: Bucket, proxy: FaultProxy) -> None:
    proxy.rules.append(when(error(400, code, "The provided token has expired.")))
    outcomes = examine(healthy.store(proxy.server))
    assert ids_of(outcomes) == ["E035"]
    assert "aws sso login" in the_finding(outcomes)


def test_where_the_service_does_not_say_so_all_is_refused(role: Role) -> None:
    store = role.store(seconds=4)
    ended = time.monotonic() + 5
    store.put("a.txt", b"a")
    assert ids_of(list(examine_store(SITE, "cloud", store, (expired.CHECK, write.CHECK)))) == []
    time.sleep(max(0, ended - time.monotonic()))
    outcomes = examine(store)
    assert ids_of(outcomes) == ["E035"]
    assert "refuses all that they try" in the_finding(outcomes)


def test_keys_that_last_and_may_nothing_have_not_run_out(healthy: Bucket) -> None:
    healthy.allow_nothing()
    assert "E035" not in ids_of(examine(healthy.store()))
    healthy.allow(healthy.may_list())
