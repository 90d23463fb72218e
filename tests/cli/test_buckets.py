"""The same verbs between a disk and a bucket on a real server."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tests.cli.conftest import Site, files, run, switch, use
from tests.servers.s3server import S3Server

SECRET = "a-secret-that-must-never-be-shown"


def entry(server: S3Server, bucket: str, **changes: Any) -> dict[str, Any]:
    options = {
        "provider": server.provider,
        "bucket": bucket,
        "prefix": "media",
        "region": server.region,
        "endpoint_url": server.endpoint_url,
        "access_key_id": server.access_key_id,
        "secret_access_key": server.secret_access_key,
    }
    return {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": {**options, **changes}}


def objects(server: S3Server, bucket: str) -> dict[str, bytes]:
    """What the bucket holds below ``media/``, as boto3 tells it."""
    client = server.client()
    keys = [found["Key"] for found in client.list_objects_v2(Bucket=bucket, Prefix="media/").get("Contents", [])]
    return {key.removeprefix("media/"): client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


@pytest.fixture(params=["moto", "rclone"])
def server(request: pytest.FixtureRequest) -> S3Server:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.fixture
def bucket(filled: Site, server: S3Server, settings: Any) -> str:
    """An empty bucket, which the alias ``cloud`` names."""
    made = server.make_bucket()
    use(settings, {**settings.STORAGES, "cloud": entry(server, made)})
    return made


def test_there_and_back(filled: Site, server: S3Server, bucket: str, settings: Any) -> None:
    originals = files(filled.media)
    planned = run("plan", "--to", "cloud", "--json")
    assert planned.code == 0, planned.error
    assert planned.last["actions"]["copy"]["files"] == len(originals)
    moved = run("migrate", "--to", "cloud", "--json")
    assert moved.code == 0, moved.error
    assert objects(server, bucket) == originals
    move = moved.last["move"]
    assert run("verify", move, "--deep").code == 0
    switch(settings)
    server.client().put_object(Bucket=bucket, Key="media/stickers/new.png", Body=b"written at the cloud")
    for name in originals:
        (filled.media / name).unlink()
    home = run("back", move, "--json")
    assert home.code == 0, home.error
    assert files(filled.media) == {**originals, "stickers/new.png": b"written at the cloud"}


def test_a_bucket_that_is_not_there_is_refused(filled: Site, server: S3Server, settings: Any) -> None:
    use(settings, {**settings.STORAGES, "cloud": entry(server, "no-such-bucket-anywhere")})
    for verb in ("plan", "migrate", "copy"):
        ran = run(verb, "--to", "cloud")
        assert ran.code == 2
        assert "create the bucket" in ran.error
    assert run("status", "--json").out == ""


def test_a_bucket_cannot_be_backed_up_and_nothing_is_begun(
    filled: Site, server: S3Server, bucket: str, settings: Any
) -> None:
    server.client().put_object(Bucket=bucket, Key="media/a.txt", Body=b"a")
    other = server.make_bucket()
    use(settings, {**settings.STORAGES, "new": entry(server, other)})
    ran = run("migrate", "--from", "cloud", "--to", "new", "--backup")
    assert ran.code == 2
    assert "Leave --backup out" in ran.error
    assert objects(server, other) == {}
    assert run("status", "--json").out == ""


def test_a_server_that_does_not_answer_is_told(filled: Site, moto: S3Server, settings: Any) -> None:
    dead = dataclasses.replace(moto, endpoint_url="http://127.0.0.1:9")
    client = {"max_attempts": 1, "connect_timeout": 1}
    use(settings, {**settings.STORAGES, "cloud": entry(dead, "bucket", **client)})
    ran = run("migrate", "--to", "cloud", "--json")
    assert ran.code == 2
    assert (ran.last["type"], ran.last["retryable"]) == ("error", True)


@pytest.mark.parametrize("source", ["default", "cloud"])
def test_wrong_credentials_are_refused_before_anything_is_written(
    source: str, filled: Site, rclone: S3Server, settings: Any
) -> None:
    bucket = rclone.make_bucket()
    use(settings, {**settings.STORAGES, "cloud": entry(rclone, bucket, secret_access_key=SECRET)})
    target = "cloud" if source == "default" else "default"
    ran = run("migrate", "--from", source, "--to", target)
    assert ran.code == 2
    assert ran.error
    assert run("status", "--json").out == ""


def test_no_output_of_any_verb_holds_a_secret(filled: Site, rclone: S3Server, settings: Any) -> None:
    good, bad = entry(rclone, rclone.make_bucket()), entry(rclone, "b", secret_access_key=SECRET)
    use(settings, {**settings.STORAGES, "cloud": good, "bad": bad})
    secrets = (SECRET, rclone.secret_access_key)
    move = run("migrate", "--to", "cloud", "--json").last["move"]
    for arguments in (
        ("plan", "--to", "cloud"),
        ("migrate", "--to", "cloud"),
        ("migrate", "--to", "bad"),
        ("status",),
        ("verify", move),
        ("back", move),
        ("orphans", "--from", "bad"),
    ):
        for more in ((), ("--json",)):
            ran = run(*arguments, *more)
            assert not [secret for secret in secrets if secret in ran.out + ran.err + ran.error], arguments
