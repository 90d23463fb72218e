from __future__ import annotations

import dataclasses

from medialift.stores.spec import Credentials, Secret
from tests.doctor.conftest import Bucket, examine, ids_of, the_finding
from tests.servers.proxy import FaultProxy
from tests.servers.rules import error, when

WRONG = "a-secret-that-is-wrong"


def test_a_wrong_secret_is_found_and_not_shown(healthy: Bucket) -> None:
    outcomes = examine(healthy.store(dataclasses.replace(healthy.guest, secret_access_key=WRONG)))
    assert ids_of(outcomes) == ["E012"]
    assert WRONG not in the_finding(outcomes)


def test_an_unknown_key_is_found(healthy: Bucket) -> None:
    assert ids_of(examine(healthy.store(credentials=Credentials("NOBODY", Secret("s"))))) == ["E012"]


def test_a_token_that_is_no_token_is_found(healthy: Bucket, proxy: FaultProxy) -> None:
    proxy.rules.append(when(error(400, "InvalidToken", "The provided token is malformed.")))
    outcomes = examine(healthy.store(proxy.server))
    assert ids_of(outcomes) == ["E012"]
    assert "aws sso login" in the_finding(outcomes)
