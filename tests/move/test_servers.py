"""The move against real S3 servers, and over a line that breaks."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from medialift.errors import CredentialsError
from medialift.move import run
from medialift.move.memory_journal import MemoryJournal
from medialift.move.values import Limits
from medialift.providers import load_provider
from medialift.stores import open_store
from medialift.stores.s3 import S3Store
from medialift.types import Proof, State
from tests.move.test_marks import killed
from tests.move.worlds import contents, disk, job, rows
from tests.servers.proxy import FaultProxy
from tests.servers.rules import cut_download, cut_upload, error, internal_error, lose_answer, reset, slow_down, when
from tests.servers.s3server import S3Server
from tests.stores.s3.known import MOTO, SMALLEST_PART

LIMITS = Limits(workers=8, batch=20, whole=1024 * 1024)
LARGE = random.Random(1).randbytes(11 * 1024 * 1024)


def files(count: int = 60) -> dict[str, bytes]:
    rng = random.Random(2)
    plain = {f"photos/{number % 7}/{number:03}.jpg": rng.randbytes(rng.randrange(40_000)) for number in range(count)}
    awkward = {"été/日本 😀.png": b"1", "e\u0301te\u0301.txt": b"2", "a b+%#?&'\"[]~.txt": b"3", "empty": b""}
    return {**plain, **awkward, "videos/large.mp4": LARGE}


def on_server(server: S3Server, bucket: str) -> dict[str, bytes]:
    """What the server holds, asked by a client that is not ours."""
    client, found = server.client(), dict[str, bytes]()
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", ()):
            found[entry["Key"]] = client.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
    return found


def opened(server: S3Server, bucket: str, **traits: object) -> S3Store:
    """A store on *server*, with small parts and with what is known of moto."""
    spec = server.spec(bucket, client={"max_attempts": 2, "read_timeout": 20})
    provider = load_provider(spec.provider)
    known = {"part_size": SMALLEST_PART, "multipart_threshold": SMALLEST_PART, **MOTO, **traits}
    return S3Store(spec, provider, traits=replace(provider.traits, **known))


def test_a_site_moves_to_every_server_and_back(tmp_path: Path, s3_server: S3Server) -> None:
    tree, bucket, forward = files(), s3_server.make_bucket(), MemoryJournal("this-move")
    source = disk(tmp_path / "media", tree)
    target = open_store(s3_server.spec(bucket))
    there = job(source, target, rows(*tree), journal=forward, limits=LIMITS)
    result = run.migrate(there)
    assert result.complete, result.copy.failures
    assert on_server(s3_server, bucket) == tree
    assert run.verify(there, deep=True).verified.files == len(tree)

    home = disk(tmp_path / "home")
    assert run.back(job(target, home, limits=LIMITS), forward, move_id="m1").complete
    assert contents(home) == tree
    target.close()


@pytest.mark.parametrize("seed", range(3))
def test_a_line_that_breaks_loses_nothing(tmp_path: Path, moto: S3Server, seed: int) -> None:
    tree, bucket, journal = files(), moto.make_bucket(), MemoryJournal("this-move")
    source = disk(tmp_path / "media", tree)
    breaks = [reset(), slow_down(), internal_error(), lose_answer(), cut_upload(5000), cut_download(5000)]
    with FaultProxy(moto) as proxy:
        for number, action in enumerate(breaks):
            proxy.rules.append(when(action, operation="PutObject", chance=0.06, seed=seed * 10 + number))
            proxy.rules.append(when(action, operation="UploadPart", times=1, skip=number))
        target = opened(proxy.server, bucket)
        result = run.migrate(job(source, target, rows(*tree), journal=journal, limits=LIMITS))
        proxy.rules.clear()
        again = run.migrate(job(source, target, rows(*tree), journal=journal, limits=LIMITS))
        target.close()
    assert result.copy.copied.files + result.copy.adopted.files >= len(tree) - 5
    assert again.complete, again.copy.failures
    assert on_server(moto, bucket) == tree


def test_credentials_revoked_midway_are_told_and_the_next_run_finishes(tmp_path: Path, moto: S3Server) -> None:
    tree, bucket, journal = files(), moto.make_bucket(), MemoryJournal("this-move")
    source = disk(tmp_path / "media", tree)
    with FaultProxy(moto) as proxy:
        target = opened(proxy.server, bucket)
        proxy.rules.append(when(error(403, "InvalidAccessKeyId"), operation="PutObject", skip=20))
        with pytest.raises(CredentialsError):
            run.migrate(job(source, target, journal=journal, limits=LIMITS))
        proxy.rules.clear()
        proxy.forget()
        assert run.migrate(job(source, target, journal=journal, limits=LIMITS)).complete
        assert proxy.count("PutObject") <= len(tree) - 20
        target.close()
    assert on_server(moto, bucket) == tree


def test_a_new_object_is_one_request_and_nothing_to_do_is_a_listing(tmp_path: Path, moto: S3Server) -> None:
    tree, bucket = {f"{number:03}.jpg": os.urandom(500) for number in range(200)}, moto.make_bucket()
    with FaultProxy(moto) as proxy:
        target = opened(proxy.server, bucket)
        work = job(disk(tmp_path / "media", tree), target, limits=LIMITS)
        assert run.migrate(work).complete
        seen = proxy.operations()
        assert seen.pop("PutObject") == 200
        assert sum(seen.values()) == seen["ListObjectsV2"] <= 3
        assert {evidence.proof for evidence in work.journal.evidence()} == {Proof.ETAG_MD5}
        proxy.forget()
        assert run.migrate(work).complete
        assert set(proxy.operations()) == {"ListObjectsV2"}
        assert proxy.count() <= 3
        target.close()


def test_a_name_that_a_server_answers_as_if_it_had_no_bucket_fails_alone(tmp_path: Path, moto: S3Server) -> None:
    tree, bucket = {f"{number:03}.jpg": os.urandom(500) for number in range(50)}, moto.make_bucket()
    odd = "a line\nand another.jpg"  # moto: 404 NoSuchBucket
    with FaultProxy(moto) as proxy:
        target = opened(proxy.server, bucket)
        work = job(disk(tmp_path / "media", {**tree, odd: b"odd"}), target, limits=LIMITS)
        moved = run.migrate(work)
        assert not moved.complete
        ((name, reason),) = [(item.item.name, item.reason) for item in work.journal.recorded((State.FAILED,))]
        assert name == odd
        assert "NoSuchBucket" in reason
        assert "the bucket or folder is there" in reason
        assert proxy.operations() == {"PutObject": 51, "ListObjectsV2": 4}
        target.close()
    assert on_server(moto, bucket) == tree


def test_wrong_bytes_at_the_server_are_found_and_repaired(tmp_path: Path, moto: S3Server) -> None:
    tree, bucket = files(10), moto.make_bucket()
    target = opened(moto, bucket)
    work = job(disk(tmp_path / "media", tree), target, limits=LIMITS)
    run.migrate(work)
    moto.client().put_object(Bucket=bucket, Key="videos/large.mp4", Body=LARGE[::-1])
    moto.client().delete_object(Bucket=bucket, Key="empty")
    found = run.verify(work)
    assert {failure.name for failure in found.failures} == {"videos/large.mp4", "empty"}
    result = run.migrate(work)
    assert result.states[State.CONFLICT].files == 1, "somebody else's bytes are never overwritten"
    assert on_server(moto, bucket)["empty"] == b""
    target.close()


@pytest.mark.parametrize("server", ["moto", "ceph"])
def test_a_killed_run_is_known_by_the_mark_on_its_objects(
    tmp_path: Path, server: str, request: pytest.FixtureRequest
) -> None:
    running: S3Server = request.getfixturevalue(server)
    bucket, source = running.make_bucket(), disk(tmp_path / "media", {"a.jpg": b"old", "large.mp4": LARGE})
    target = open_store(running.spec(bucket))
    journal = killed(source, target, mark="this-move")
    theirs = open_store(running.spec(bucket))
    source.put("a.jpg", b"new, and larger")
    source.put("large.mp4", LARGE[:-5])
    source.put("b.jpg", b"mine")
    theirs.put("b.jpg", b"theirs")
    result = run.migrate(job(source, target, journal=journal, limits=LIMITS))
    assert result.states[State.CONFLICT].files == 1
    assert on_server(running, bucket) == {"a.jpg": b"new, and larger", "large.mp4": LARGE[:-5], "b.jpg": b"theirs"}
    target.close()
    theirs.close()
