"""Where an S3 server is, who may use it, and what it is known not to do."""

from __future__ import annotations

import dataclasses
import functools
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from medialift.stores.spec import Credentials, Secret, StoreSpec

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Limits:
    """What is known of a kind of server before it is started.

    ``known_gaps`` is what :class:`medialift.testing.contract.StoreContract` takes under that name:
    tests that fail there, each with the reason. ``cannot_show`` lists the promises that no test
    against this server proves, although it passes; CONTRIBUTING.md repeats them for people.
    """

    known_gaps: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    cannot_show: tuple[str, ...] = ()


@dataclass(frozen=True)
class S3Server:
    """A running server as a client sees it. ``ca_file`` is set if it speaks TLS."""

    name: str
    endpoint_url: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    region: str = "us-east-1"
    ca_file: str | None = None
    provider: str = "s3-compatible"
    other_account: tuple[str, str] | None = field(default=None, repr=False)
    """Access key and secret of a second account, where the server keeps accounts apart."""

    def spec(self, bucket: str, prefix: str = "", **changes: Any) -> StoreSpec:
        """What opens a store in *bucket*; *changes* are fields of :class:`StoreSpec`."""
        spec = StoreSpec(
            provider=self.provider,
            container=bucket,
            prefix=prefix,
            region=self.region,
            endpoint_url=self.endpoint_url,
            credentials=Credentials(self.access_key_id, Secret(self.secret_access_key)),
            addressing_style="path",
            client=MappingProxyType({"verify": self.ca_file} if self.ca_file else {}),
        )
        return dataclasses.replace(spec, **changes)

    def make_bucket(self) -> str:
        """A new, empty bucket. Nobody else uses it, so nobody cleans it: the server is thrown away."""
        bucket = f"test-{uuid.uuid4().hex}"
        self.client().create_bucket(Bucket=bucket)
        return bucket

    def client(self) -> S3Client:
        """A plain boto3 client, to judge from outside what a store did."""
        return _client(self.endpoint_url, self.region, self.access_key_id, self.secret_access_key, self.ca_file)

    def as_other_account(self) -> S3Server:
        """The same server with the keys of its second account."""
        if self.other_account is None:
            raise LookupError(f"{self.name} has one account")
        access_key_id, secret = self.other_account
        return dataclasses.replace(self, access_key_id=access_key_id, secret_access_key=secret, other_account=None)

    def through(self, endpoint_url: str) -> S3Server:
        """The same server, reached over something that stands before it."""
        return dataclasses.replace(self, endpoint_url=endpoint_url, ca_file=None)


@functools.lru_cache(maxsize=32)
def _client(endpoint_url: str, region: str, access_key_id: str, secret: str, ca_file: str | None) -> S3Client:
    import boto3
    from botocore.config import Config

    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        retries={"total_max_attempts": 1},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint_url,
        region_name=region,
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret,
        verify=ca_file or True,
        config=config,
    )
