"""The generated policies at a server that enforces policies: all that must work works, all the rest is refused.

Ceph judges actions, resources and ``s3:prefix``. It knows neither ``s3:if-none-match`` nor
``s3:ObjectCreationOperation``: that overwriting is refused is judged by ``test_iam_policy.py``, from the text.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from medialift.generate import iam_policy
from medialift.generate.iam_policy import ROLES, Document
from medialift.generate.scope import Scope
from medialift.providers import load_provider
from medialift.stores import open_store
from medialift.stores.base import capability
from medialift.stores.versions import KeepsVersions
from medialift.testing.contract.bodies import fetch
from tests.generate.operations import NEVER, ON_OBJECTS, ON_THE_BUCKET, ON_VERSIONS, Attempt, is_allowed
from tests.servers.ceph import GUEST
from tests.servers.s3server import S3Server

MAY: dict[str, set[str]] = {
    "app": set(ON_OBJECTS),
    "doctor": set(ON_THE_BUCKET),
    "mover": set(ON_OBJECTS) - {"delete"},
    "restore": {"read", "head", "create", "create in parts", "give up parts", "read versioning", *ON_VERSIONS},
    "upload": {"create", "create in parts", "give up parts"},  # who began an upload may list its parts
}
EVERYTHING = {**ON_OBJECTS, **ON_THE_BUCKET, **ON_VERSIONS}
NEIGHBOURS = ("media-private/", "media2/", "other/media/", "")
UNKNOWN = load_provider("ceph").permissions.unknown_actions  # type: ignore[union-attr]

Grant = Callable[[Document], None]


@pytest.fixture
def bucket(ceph: S3Server) -> str:
    """The owner's bucket, with files of the site and of its neighbours."""
    made = ceph.make_bucket()
    ceph.client().put_bucket_versioning(Bucket=made, VersioningConfiguration={"Status": "Enabled"})
    for folder in ("media/", *NEIGHBOURS):
        for name in ("there.txt", "there.txt", "doomed.txt"):
            ceph.client().put_object(Bucket=made, Key=folder + name, Body=b"the owner's")
    return made


@pytest.fixture
def grant(ceph: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grant]:
    """Gives the other account, which owns nothing here, one policy for the time of the test."""
    iam = boto3.session.Session().client(
        "iam",
        endpoint_url=ceph.endpoint_url,
        region_name=ceph.region,
        aws_access_key_id=ceph.access_key_id,
        aws_secret_access_key=ceph.secret_access_key,
    )
    policy = {"UserName": GUEST[0], "PolicyName": f"policy-{uuid.uuid4().hex}"}
    lock = tmp_path_factory.getbasetemp().parent / "ceph-policies.lock"

    def give(document: Document) -> None:
        with _alone(lock):
            iam.put_user_policy(**policy, PolicyDocument=json.dumps(document))

    yield give
    # A test whose policy was refused has nothing to take back.
    with _alone(lock), contextlib.suppress(iam.exceptions.NoSuchEntityException):
        iam.delete_user_policy(**policy)


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Ceph reads and writes a user's policies as one value: of two workers at once, one would be lost."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def allowed(server: S3Server, attempts: dict[str, Attempt], bucket: str, folder: str) -> set[str]:
    client = server.as_other_account().client()
    return {name for name, attempt in attempts.items() if is_allowed(attempt, client, bucket, folder)}


def ceph_scope(bucket: str, prefix: str = "media") -> Scope:
    return Scope(bucket, prefix, unknown_actions=UNKNOWN)


def test_without_a_policy_nothing_is_allowed(ceph: S3Server, bucket: str) -> None:
    assert allowed(ceph, {**EVERYTHING, **NEVER}, bucket, "media/") == set()


@pytest.mark.parametrize("role", sorted(ROLES))
class TestRole:
    def test_may_do_what_it_is_for_and_nothing_else(self, role: str, ceph: S3Server, bucket: str, grant: Grant) -> None:
        grant(ROLES[role](ceph_scope(bucket)))
        # First: what is written belongs to the writer here, whose own object's ACL is hers.
        assert allowed(ceph, NEVER, bucket, "media/") == set()
        assert allowed(ceph, EVERYTHING, bucket, "media/") == MAY[role]

    @pytest.mark.parametrize("folder", NEIGHBOURS, ids=lambda folder: folder or "the root")
    def test_touches_no_neighbour_in_the_bucket(
        self, folder: str, role: str, ceph: S3Server, bucket: str, grant: Grant
    ) -> None:
        grant(ROLES[role](ceph_scope(bucket)))
        assert allowed(ceph, {**ON_OBJECTS, **ON_VERSIONS}, bucket, folder) == set()

    def test_touches_no_other_bucket(self, role: str, ceph: S3Server, bucket: str, grant: Grant) -> None:
        grant(ROLES[role](ceph_scope("some-other-bucket")))
        assert allowed(ceph, {**EVERYTHING, **NEVER}, bucket, "media/") == set()


def test_who_has_the_role_can_restore_and_destroys_no_version(ceph: S3Server, bucket: str, grant: Grant) -> None:
    """The verb's own requests, by somebody who has this policy and no other."""
    owner = ceph.client()
    owner.put_object(Bucket=bucket, Key="media/there.txt", Body=b"a mistake")
    owner.delete_object(Bucket=bucket, Key="media/doomed.txt")
    grant(iam_policy.restore(ceph_scope(bucket)))
    store = open_store(ceph.as_other_account().spec(bucket, "media"))
    keeper = capability(store, KeepsVersions)
    assert keeper is not None
    assert keeper.keeps_versions()
    before = sum(1 for _ in keeper.versions())
    for key in ("there.txt", "doomed.txt"):
        keeper.bring_back(next(one for one in keeper.versions(key=key) if not one.latest and not one.deleted))
        assert fetch(store, key) == b"the owner's"
    assert sum(1 for _ in keeper.versions()) == before + 2
    earlier = next(one for one in keeper.versions(key="there.txt") if not one.latest)
    with pytest.raises(ClientError, match="AccessDenied"):
        ceph.as_other_account().client().delete_object(Bucket=bucket, Key="media/there.txt", VersionId=earlier.id)
    store.close()


def test_without_a_prefix_the_whole_bucket_is_the_sites(ceph: S3Server, bucket: str, grant: Grant) -> None:
    grant(iam_policy.app(ceph_scope(bucket, prefix="")))
    assert allowed(ceph, ON_OBJECTS, bucket, "anywhere/") == set(ON_OBJECTS)
    assert allowed(ceph, ON_THE_BUCKET, bucket, "") == set()


def test_the_mover_may_not_delete_even_beside_a_policy_that_allows_it(
    ceph: S3Server, bucket: str, grant: Grant
) -> None:
    scope = ceph_scope(bucket)
    both = iam_policy.document(*iam_policy.app(scope)["Statement"], *iam_policy.mover(scope)["Statement"])
    grant(both)
    assert allowed(ceph, ON_OBJECTS, bucket, "media/") == MAY["mover"]


def test_ceph_refuses_exactly_the_actions_that_its_data_calls_unknown(bucket: str, grant: Grant) -> None:
    def is_refused(action: str) -> bool:
        statement = {"Effect": "Allow", "Action": action, "Resource": f"arn:aws:s3:::{bucket}"}
        try:
            grant(iam_policy.document(statement))
        except ClientError:
            return True
        return False

    assert {action for action in iam_policy.CONFIGURATION if is_refused(action)} == UNKNOWN
