"""What happens to objects at the target behind a move's back is found, and named."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

from tests.cli.conftest import Ran
from tests.servers import rclone as rclone_server
from tests.servers.ceph import Ceph
from tests.servers.s3server import S3Server
from tests.survival.conftest import MakesSite
from tests.survival.judges import assert_same, differences
from tests.survival.site import PREFIX, Site
from tests.survival.trees import tree

FLIPPED, DELETED, REPLACED, RESIZED = "photos/3/00010.jpg", "photos/4/00011.jpg", "photos/5/00012.jpg", "-dash"


def flip(path: Path) -> None:
    """Change one bit in the middle of a file, and nothing else about it."""
    status, body = path.stat(), bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def not_verified(ran: Ran) -> dict[str, str]:
    return {found["name"]: found["reason"] for found in ran.objects if found["type"] == "not_verified"}


def problems(ran: Ran) -> dict[str, str]:
    return {found["name"]: found["state"] for found in ran.objects if found["type"] == "problem"}


def test_deleted_and_replaced_objects_are_named_and_what_can_be_is_repaired(
    moto: S3Server, make_site: MakesSite, rng: random.Random
) -> None:
    site = make_site(moto)
    site.write(tree(rng, 40))
    move, client = site.migrate().last["move"], moto.client()
    size = len((site.media / REPLACED).read_bytes())
    client.delete_object(Bucket=site.bucket, Key=f"{PREFIX}/{DELETED}")
    client.put_object(Bucket=site.bucket, Key=f"{PREFIX}/{REPLACED}", Body=rng.randbytes(size))
    client.put_object(Bucket=site.bucket, Key=f"{PREFIX}/{RESIZED}", Body=b"somebody else's")
    found = site.run("verify", move, "--json")
    assert found.code == 1
    assert not_verified(found) == {
        DELETED: "gone from the target",
        REPLACED: "other bytes at the target than were copied",
        RESIZED: "15 bytes at the target, 5 were copied",
    }
    repaired = site.migrate()
    assert repaired.code == 1
    assert problems(repaired) == {REPLACED: "conflict", RESIZED: "conflict"}
    assert differences(site, moto) == sorted([f"* {REPLACED}", f"* {RESIZED}"]), "nobody's bytes are overwritten"


def test_flipped_bytes_on_the_servers_disk_are_found(make_site: MakesSite, rng: random.Random, tmp_path: Path) -> None:
    with rclone_server.rclone(tmp_path) as (server, _):
        site = make_site(server)
        site.write(tree(rng, 40))
        move = site.migrate().last["move"]
        flip(tmp_path / "data" / site.bucket / PREFIX / FLIPPED)
        deep = site.run("verify", move, "--deep")
        assert deep.code == 1
        assert FLIPPED in deep.out
        assert "other bytes at the target than were copied" in deep.out


def test_bytes_that_rot_below_the_service_are_found_by_a_deep_verification_only_and_repaired(
    ceph_gateway: Ceph, make_site: MakesSite, rng: random.Random, tmp_path: Path
) -> None:
    server = ceph_gateway.http
    site = make_site(server)
    site.write(tree(rng, 40))
    move = site.migrate().last["move"]
    rot(ceph_gateway, site, FLIPPED, tmp_path / "rotten")
    assert differences(site, server) == [f"* {FLIPPED}"]
    assert site.run("verify", move).code == 0, "the service's listing shows nothing: this is what --deep is for"
    deep = site.run("verify", move, "--deep", "--json")
    assert deep.code == 1
    assert not_verified(deep) == {FLIPPED: "other bytes at the target than were copied"}
    repaired = site.migrate()
    assert (repaired.code, repaired.last["copied"]["files"]) == (0, 1)
    assert_same(site, server)


def rot(gateway: Ceph, site: Site, name: str, scratch: Path) -> None:
    """Flip one bit of an object in Ceph's own storage, below the gateway, which notices nothing."""
    pool = ["--pool", "default.rgw.buckets.data"]
    key = f"_{PREFIX}/{name}"
    stats = json.loads(gateway.cluster.run("radosgw-admin", "bucket", "stats", "--bucket", site.bucket))
    place = f"{stats['marker']}{key}"
    gateway.cluster.run("rados", *pool, "get", place, str(scratch))
    flip(scratch)
    gateway.cluster.run("rados", *pool, "put", place, str(scratch))
