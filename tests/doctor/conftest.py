"""A healthy bucket at Ceph, which enforces policies, and the site that uses it as somebody with few rights."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import functools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import boto3
import pytest
from botocore.config import Config

from medialift.doctor.check import Outcome, State
from medialift.doctor.run import examine_store
from medialift.doctor.site import SiteFacts, StorageFacts
from medialift.providers import load_provider
from medialift.stores.s3 import S3Store
from medialift.stores.spec import Credentials, Secret
from tests.servers.ceph import GUEST, Ceph
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server

ORIGIN = "https://www.example.com"
PART = 5 * 1024**2

OBJECTS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
SETTINGS = ["s3:GetBucketVersioning", "s3:GetLifecycleConfiguration", "s3:GetBucketCORS",
            "s3:GetBucketPublicAccessBlock"]  # fmt: skip
SITE = SiteFacts(
    storages=MappingProxyType({"cloud": StorageFacts("cloud", "private")}),
    origins=(ORIGIN,),
    # Ceph 16 with its public access blocked refuses every upload: the block is tried with another server.
    silenced=frozenset({"medialift.W022"}),
)

PUBLIC = dataclasses.replace(SITE, storages=MappingProxyType({"cloud": StorageFacts("cloud", "public")}))

Statement = dict[str, Any]


@dataclass(frozen=True)
class Bucket:
    """``owner`` may change everything, ``guest`` is the site."""

    name: str
    owner: S3Server
    guest: S3Server
    lock: Path

    @property
    def arn(self) -> str:
        return f"arn:aws:s3:::{self.name}"

    def allow(self, *statements: Statement) -> None:
        """Let the site do this, and nothing else."""
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]}
        with self._alone():
            self._iam().put_user_policy(**self._policy, PolicyDocument=json.dumps(policy))

    def allow_nothing(self) -> None:
        with self._alone():
            self._iam().delete_user_policy(**self._policy)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Ceph reads and writes a user's policies as one value: of two workers at once, one would be lost."""
        with self.lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @property
    def _policy(self) -> dict[str, str]:
        return {"UserName": GUEST[0], "PolicyName": self.name}

    def _iam(self) -> Any:
        return _iam(self.owner.endpoint_url, self.owner.access_key_id, self.owner.secret_access_key)

    def may_list(self, **changes: Any) -> Statement:
        prefix = {"StringLike": {"s3:prefix": ["media", "media/*"]}}
        return {"Action": ["s3:ListBucket"], "Resource": [self.arn], "Condition": prefix, **changes}

    def may_use(self, actions: list[str] = OBJECTS, folder: str = "media/") -> Statement:
        return {"Action": actions, "Resource": [f"{self.arn}/{folder}*"]}

    def may_know(self) -> Statement:
        return {"Action": SETTINGS, "Resource": [self.arn]}

    def store(self, server: S3Server | None = None, **changes: Any) -> S3Store:
        """What the site opens; large files begin at 5 MiB, so that trying one is quick."""
        spec = (server or self.guest).spec(self.name, "media", **changes)
        provider = load_provider(spec.provider)
        traits = dataclasses.replace(provider.traits, part_size=PART, multipart_threshold=PART)
        return S3Store(spec, provider, traits=traits)

    def contents(self) -> list[str]:
        """Every object, as the owner sees it."""
        return [found["Key"] for found in self.owner.client().list_objects_v2(Bucket=self.name).get("Contents", [])]


@functools.cache
def _iam(endpoint_url: str, key: str, secret: str) -> Any:
    return _client("iam", endpoint_url, key, secret)


def _client(service: str, endpoint_url: str, key: str, secret: str) -> Any:
    session = boto3.session.Session(key, secret, region_name="us-east-1")
    # The SDK itself would refuse a token of a few seconds.
    made: Any = session.client  # the stubs know each service by its name alone
    return made(service, endpoint_url=endpoint_url, config=Config(parameter_validation=False))


def _document(*statements: Statement) -> str:
    """Without spaces: in a role's policy Ceph 16 takes them for plus signs."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))


@pytest.fixture
def healthy(ceph: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """Versioned, with CORS and a lifecycle, and rights that are enough and no more."""
    lock = tmp_path_factory.getbasetemp().parent / "ceph-policies.lock"
    bucket = Bucket(ceph.make_bucket(), ceph, ceph.as_other_account(), lock)
    client = ceph.client()
    client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    client.put_bucket_cors(
        Bucket=bucket.name,
        CORSConfiguration={"CORSRules": [{"AllowedOrigins": [ORIGIN], "AllowedMethods": ["GET", "HEAD"]}]},
    )
    client.put_bucket_lifecycle_configuration(
        Bucket=bucket.name,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "abort",
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                }
            ]
        },
    )
    bucket.allow(bucket.may_list(), bucket.may_use(), bucket.may_know())
    yield bucket
    bucket.allow_nothing()


@pytest.fixture
def proxy(healthy: Bucket) -> Iterator[FaultProxy]:
    with FaultProxy(healthy.guest) as proxy:
        yield proxy


@dataclass(frozen=True)
class Role:
    """May do what the site may. ``gateway`` is a way to the same bucket that knows tokens."""

    bucket: Bucket
    gateway: S3Server

    def store(self, seconds: int) -> S3Store:
        """What the site opens with a token that lives for so long."""
        sts = _client("sts", self.gateway.endpoint_url, self.gateway.access_key_id, self.gateway.secret_access_key)
        arn = f"arn:aws:iam:::role/{self.name}"
        told = sts.assume_role(RoleArn=arn, RoleSessionName="site", DurationSeconds=seconds)["Credentials"]
        token = Credentials(told["AccessKeyId"], Secret(told["SecretAccessKey"]), Secret(told["SessionToken"]))
        return self.bucket.store(self.gateway, credentials=token)

    @property
    def name(self) -> str:
        return f"site-{self.bucket.name}"

    def make(self) -> None:
        owner, bucket = self.bucket.owner, self.bucket
        iam = _client("iam", owner.endpoint_url, owner.access_key_id, owner.secret_access_key)
        site = {"AWS": [f"arn:aws:iam:::user/{GUEST[0]}"]}
        trust = _document({"Effect": "Allow", "Principal": site, "Action": ["sts:AssumeRole"]})
        iam.create_role(RoleName=self.name, AssumeRolePolicyDocument=trust)
        may = [{"Effect": "Allow", **one} for one in (bucket.may_list(), bucket.may_use(), bucket.may_know())]
        iam.put_role_policy(RoleName=self.name, PolicyName="site", PolicyDocument=_document(*may))


@pytest.fixture(scope="session")
def token_gateway(ceph_gateway: Ceph) -> Iterator[str]:
    with ceph_gateway.cluster.token_gateway() as url:
        yield url


@pytest.fixture
def role(healthy: Bucket, token_gateway: str) -> Role:
    found = Role(healthy, dataclasses.replace(healthy.guest, endpoint_url=token_gateway))
    found.make()
    return found


def examine(store: S3Store, facts: SiteFacts = SITE) -> list[Outcome]:
    try:
        return list(examine_store(facts, "cloud", store))
    finally:
        store.close()


def ids_of(outcomes: list[Outcome], state: State = State.FINDING) -> list[str]:
    return [outcome.id.removeprefix("medialift.") for outcome in outcomes if outcome.state is state]


def the_finding(outcomes: list[Outcome]) -> str:
    """Message and hint of the only finding."""
    (found,) = [found for outcome in outcomes for found in outcome.findings]
    return f"{found.message} {found.hint}"


Examine = Callable[..., list[Outcome]]


def let_everybody(bucket: Bucket, action: str, resource: str, **more: Any) -> None:
    """Allow this to the whole world, by the bucket's policy."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": [action], "Resource": [resource], **more}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    bucket.owner.client().put_bucket_policy(Bucket=bucket.name, Policy=json.dumps(policy))
