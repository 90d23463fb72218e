"""Credentials that are revoked in the middle of a move: a clear error, and with new ones the next run finishes."""

from __future__ import annotations

import dataclasses
import random
import uuid

import pytest

from tests.cli.conftest import files
from tests.servers.ceph import Ceph
from tests.servers.proxy import Exchange, FaultProxy, Rule
from tests.servers.rules import error, when
from tests.servers.s3server import S3Server
from tests.survival.conftest import MakesSite
from tests.survival.judges import assert_same
from tests.survival.told import assert_told
from tests.survival.trees import tree

REVOKED = error(403, "InvalidAccessKeyId", "The access key does not exist in our records.")


def of_the_move(rule: Rule) -> Rule:
    """*rule*, for the requests that come after the service has been tried."""
    return lambda request: None if "/.medialift-probe/" in request.key else rule(request)


def test_a_key_that_is_revoked_midway_is_told_and_the_next_run_finishes(
    moto: S3Server, make_site: MakesSite, rng: random.Random
) -> None:
    with FaultProxy(moto) as proxy:
        site = make_site(proxy.server)
        site.write(tree(rng, 100))
        count = len(files(site.media))
        proxy.rules.append(of_the_move(when(REVOKED, operation="PutObject", skip=30)))
        assert_told(site.migrate(), "InvalidAccessKeyId", "Check the access key and the secret")
        proxy.rules.clear()
        proxy.forget()
        moved = site.migrate()
        assert moved.code == 0, moved
        assert proxy.count("PutObject") == count - 30
        assert_same(site, moto)

        proxy.rules.append(when(REVOKED, operation="GetObject", skip=30))
        deep = site.run("verify", moved.last["move"], "--deep", "--json")
        assert_told(deep, "InvalidAccessKeyId", "Check the access key and the secret")
        states = site.run("status", "--json").last["states"]
        assert states["verified"]["files"] == count, "what cannot be read is not called damaged"


@pytest.mark.prove
@pytest.mark.parametrize(
    ("revoke", "restore", "told"),
    [
        pytest.param(
            ["key", "rm", "--key-type", "s3", "--access-key", "{access_key}"],
            ["key", "create", "--key-type", "s3", "--access-key", "{access_key}", "--secret-key", "{secret}"],
            # The gateway may still have the key's owner at hand, and then find the key is not among theirs.
            {"InvalidAccessKeyId": "Check the access key", "AccessDenied": "Allow this operation"},
            id="key-removed",
        ),
        pytest.param(
            ["user", "suspend"],
            ["user", "enable"],
            {"UserSuspended": "Check the access key", "AccessDenied": "Allow this operation"},
            id="user-suspended",
        ),
    ],
)
def test_a_gateway_that_no_longer_knows_the_user_is_told(
    revoke: list[str], restore: list[str], told: dict[str, str],
    ceph_gateway: Ceph, make_site: MakesSite, rng: random.Random,
) -> None:  # fmt: skip
    name = uuid.uuid4().hex
    keys = {"access_key": name[:20].upper(), "secret": f"secret-{name}"}

    def administer(*command: str) -> None:
        ceph_gateway.cluster.run("radosgw-admin", *(word.format(**keys) for word in command), "--uid", name)

    administer("user", "create", "--display-name", name, "--access-key", "{access_key}", "--secret-key", "{secret}")
    server = dataclasses.replace(
        ceph_gateway.http, access_key_id=keys["access_key"], secret_access_key=keys["secret"], other_account=None
    )

    def revoke_now(exchange: Exchange) -> None:
        administer(*revoke)
        exchange.forward()

    with FaultProxy(server) as proxy:
        site = make_site(proxy.server)
        site.write(tree(rng, 300))
        proxy.rules.append(of_the_move(when(revoke_now, operation="PutObject", skip=50, times=1)))
        stopped = site.migrate()
        reason = next((reason for reason in told if reason in stopped.last["reason"]), "one of these reasons")
        assert_told(stopped, reason, told.get(reason, ""))
        proxy.rules.clear()
        administer(*restore)
        moved = site.migrate()
        assert moved.code == 0, moved
        assert moved.last["copied"]["files"] <= len(files(site.media)) - 50
    assert_same(site, server)
