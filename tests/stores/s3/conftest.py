from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.servers.s3server import S3Server

BucketOf = Callable[[S3Server], str]


@pytest.fixture(scope="session")
def bucket_of() -> BucketOf:
    """One bucket of each server, shared by all tests that keep to a prefix of their own."""
    made: dict[str, str] = {}

    def bucket_of(server: S3Server) -> str:
        if server.endpoint_url not in made:
            made[server.endpoint_url] = server.make_bucket()
        return made[server.endpoint_url]

    return bucket_of
