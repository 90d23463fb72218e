"""Faults of buckets, each staged on a real server: what is wrong, and what the doctor then says."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pytest

from medialift.doctor.access_switches import SWITCHES
from medialift.doctor.check import Outcome, StoreCheck
from medialift.doctor.checks import bucket, credentials, fleeting, jurisdiction, long_lived, root_keys
from medialift.doctor.run import examine_store
from medialift.doctor.site import SiteFacts, StorageFacts
from medialift.providers import load_provider
from medialift.stores import open_store
from medialift.stores.s3 import S3Store
from medialift.stores.spec import Credentials, Secret
from medialift.testing.cloudinary import Account, CloudinaryServer
from medialift.testing.s3_rules import r2_rules
from medialift.testing.supabase import SupabaseServer
from tests.doctor.checks import settings_cases
from tests.doctor.checks.test_withheld import examined
from tests.doctor.conftest import OBJECTS, PUBLIC, SITE, Bucket, Role, examine, let_everybody, the_finding
from tests.servers.process import free_port
from tests.servers.proxy import Action, FaultProxy
from tests.servers.rules import error, flip_download, only_region, when
from tests.servers.s3request import Request
from tests.servers.s3server import S3Server
from tests.stores.supabase.conftest import opened, spec_of

ONCE = MappingProxyType({"max_attempts": 1, "connect_timeout": 2})
CREDENTIAL_CHECKS = (fleeting.CHECK, long_lived.CHECK, root_keys.CHECK)
ROOT = (
    b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    b"<Arn>arn:aws:iam::123456789012:root</Arn><UserId>123456789012</UserId><Account>123456789012</Account>"
    b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
)
"""As the API's reference shows it for the account's own keys."""


@dataclass(frozen=True)
class Ground:
    """Where faults are staged; servers are started when first asked for."""

    request: pytest.FixtureRequest
    monkeypatch: pytest.MonkeyPatch

    @property
    def healthy(self) -> Bucket:
        found: Bucket = self.request.getfixturevalue("healthy")
        return found

    @property
    def proxy(self) -> FaultProxy:
        """Before Ceph, where the healthy bucket lies."""
        found: FaultProxy = self.request.getfixturevalue("proxy")
        return found

    @property
    def moto(self) -> S3Server:
        found: S3Server = self.request.getfixturevalue("moto")
        return found


Stage = Callable[[Ground], list[Outcome]]


def allowing(*wanted: str, **more: Any) -> Stage:
    """The site may do these and nothing else."""

    def stage(ground: Ground) -> list[Outcome]:
        healthy = ground.healthy
        statements = {"list": healthy.may_list(), "know": healthy.may_know(), "use": healthy.may_use()}
        denied = {**healthy.may_use(more["deny"]), "Effect": "Deny"} if "deny" in more else None
        used = [healthy.may_use(more["use"])] if "use" in more else []
        healthy.allow(*(statements[name] for name in wanted), *used, *([denied] if denied else []))
        return examine(healthy.store())

    return stage


def answered(action: Action, **chosen: Any) -> Stage:
    """The service gives this answer."""

    def stage(ground: Ground) -> list[Outcome]:
        ground.proxy.rules.append(when(action, **chosen))
        return examine(ground.healthy.store(ground.proxy.server))

    return stage


def a_token_that_has_run_out(ground: Ground) -> list[Outcome]:
    """A role's, for a second."""
    role: Role = ground.request.getfixturevalue("role")
    store = role.store(seconds=1)
    time.sleep(2)
    return examine(store)


def nobody_listens(ground: Ground) -> list[Outcome]:
    nobody = dataclasses.replace(ground.healthy.guest, endpoint_url=f"http://127.0.0.1:{free_port()}")
    return examine(ground.healthy.store(nobody, client=ONCE))


def untrusted_authority(ground: Ground) -> list[Outcome]:
    tls: S3Server = ground.request.getfixturevalue("ceph_tls")
    untrusting = dataclasses.replace(tls.as_other_account(), ca_file=None)
    return examine(ground.healthy.store(untrusting, client=ONCE))


def clock_twenty_minutes_off(ground: Ground) -> list[Outcome]:
    import botocore.auth

    right = botocore.auth.get_current_datetime  # type: ignore[attr-defined]

    def wrong(*args: Any, **kwargs: Any) -> datetime.datetime:
        now: datetime.datetime = right(*args, **kwargs)
        return now - datetime.timedelta(minutes=20)

    store = ground.healthy.store()
    with ground.monkeypatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", wrong)
        return examine(store)


def wrong_region(ground: Ground) -> list[Outcome]:
    ground.proxy.rules.append(only_region("eu-central-1"))
    return examine(ground.healthy.store(ground.proxy.server))


def wrong_secret(ground: Ground) -> list[Outcome]:
    return examine(ground.healthy.store(dataclasses.replace(ground.healthy.guest, secret_access_key="wrong-secret")))


def no_bucket(ground: Ground) -> list[Outcome]:
    return examine(dataclasses.replace(ground.healthy, name="test-no-such-bucket").store())


def far_too_much(ground: Ground) -> list[Outcome]:
    return examine(ground.healthy.store(ground.healthy.owner))


def signed_urls_refused(ground: Ground) -> list[Outcome]:
    def refuse(request: Request) -> Action | None:
        return error(403, "SignatureDoesNotMatch") if "X-Amz-Signature" in request.query else None

    ground.proxy.rules.append(refuse)
    return examine(ground.healthy.store(ground.proxy.server))


def public_bucket(ground: Ground) -> list[Outcome]:
    let_everybody(ground.healthy, "s3:GetObject", f"{ground.healthy.arn}/*")
    return examine(ground.healthy.store())


def public_site_in_a_private_bucket(ground: Ground) -> list[Outcome]:
    return examine(ground.healthy.store(), PUBLIC)


def listable_by_everybody(ground: Ground) -> list[Outcome]:
    below = {"StringLike": {"s3:prefix": ["media", "media/*"]}}
    let_everybody(ground.healthy, "s3:ListBucket", ground.healthy.arn, Condition=below)
    return examine(ground.healthy.store())


def a_switch_that_shuts_uploads_out(ground: Ground) -> list[Outcome]:
    """https://tracker.ceph.com/issues/49135"""
    block = {**dict.fromkeys(SWITCHES, False), "BlockPublicAcls": True}
    settings_cases.put_access_block(ground.healthy.owner, ground.healthy.name, block)
    return examine(ground.healthy.store())


def refused_acl(ground: Ground) -> list[Outcome]:
    """As buckets do whose ACLs are off: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html"""

    def refuse(request: Request) -> Action | None:
        without = "The bucket does not allow ACLs"
        return error(400, "AccessControlListNotSupported", without) if "x-amz-acl" in request.headers else None

    ground.proxy.rules.append(refuse)
    facts = _with_acl(SITE, "bucket-owner-full-control")
    acl = MappingProxyType({"ACL": "bucket-owner-full-control"})
    return examine(ground.healthy.store(ground.proxy.server, object_parameters=acl), facts)


def without(setting: str, **arguments: Any) -> Stage:
    """A bucket with every setting right but this one, at the server that knows all of them."""

    def stage(ground: Ground) -> list[Outcome]:
        name = settings_cases.right(ground.moto)
        getattr(ground.moto.client(), setting)(Bucket=name, **arguments)
        return settings_cases.examine(ground.moto, name)

    return stage


def fleeting_token(ground: Ground) -> list[Outcome]:
    """Real temporary credentials, of a role that was taken, put into the settings."""
    given = _sts(ground.moto).assume_role(RoleArn="arn:aws:iam::123456789012:role/site", RoleSessionName="site")
    told = given["Credentials"]
    token = Credentials(told["AccessKeyId"], Secret(told["SecretAccessKey"]), Secret(told["SessionToken"]))
    return at_amazon(ground.moto, credentials=token)


def keys_in_place_of_a_role(ground: Ground) -> list[Outcome]:
    return at_amazon(ground.moto, dataclasses.replace(SITE, role="the task's role"))


def the_accounts_own_keys(ground: Ground) -> list[Outcome]:
    def is_root(request: Request) -> Action | None:
        asks = request.method == "POST" and request.target == "/"
        return (lambda exchange: exchange.answer(200, {"Content-Type": "text/xml"}, ROOT)) if asks else None

    with FaultProxy(ground.moto, is_root) as proxy:
        return at_amazon(proxy.server)


def minios_default_keys(ground: Ground) -> list[Outcome]:
    keys = Credentials("minioadmin", Secret("minioadmin"))
    return at_amazon(ground.moto, provider="minio", credentials=keys)


def another_jurisdiction(ground: Ground) -> list[Outcome]:
    """Two addresses of one account; the bucket is only at the second."""
    gone = error(404, "NoSuchBucket", "The specified bucket does not exist.")
    with FaultProxy(ground.moto, when(gone)) as here, FaultProxy(ground.moto) as there:
        return list(examine_store(SITE, "cloud", at_r2(ground.moto, here, there), (jurisdiction.CHECK, bucket.CHECK)))


def another_region(provider: str, refusal: Action) -> Stage:
    """An address for each region, here a part of its path; the bucket is in the second, and the first refuses."""

    def serve(request: Request) -> Action | Request:
        region, _, rest = request.target.removeprefix("/").partition("/")
        return dataclasses.replace(request, target=f"/{rest}") if region == "there" else refusal

    def stage(ground: Ground) -> list[Outcome]:
        checks = (jurisdiction.CHECK, credentials.CHECK, bucket.CHECK)
        with FaultProxy(ground.moto, serve) as service:
            outcomes = list(examine_store(SITE, "cloud", in_regions(provider, service.server, ground.moto), checks))
        assert "Set region of STORAGES['cloud'] to there" in the_finding(outcomes)
        return outcomes

    return stage


def at_supabase(facts: SiteFacts, *, public: bool) -> Stage:
    """A bucket of the stand-in, private or public, with a site that has its own idea of it."""

    def stage(ground: Ground) -> list[Outcome]:
        with SupabaseServer() as server:
            name = server.project.make_bucket("media", public=public).id
            with contextlib.closing(opened(spec_of(server, name))) as store:
                return list(examine_store(facts, "cloud", store))

    return stage


def r2_without(ground: Ground, forbidden: str) -> list[Outcome]:
    """R2's answers before a real server: some settings do not exist, and one of the others may not be read."""

    def refuse(request: Request) -> Action | None:
        return error(403, "AccessDenied") if forbidden in request.query else None

    name = settings_cases.right(ground.moto)
    with FaultProxy(ground.moto, refuse, *r2_rules()) as proxy:
        return settings_cases.examine(dataclasses.replace(proxy.server, provider="r2", region="auto"), name)


def withholding(ground: Ground) -> list[Outcome]:
    """An account of Cloudinary's stand-in that keeps PDFs and archives back, as new ones do."""
    with CloudinaryServer(Account(withholds=True)) as server:
        return examined(server, "upload")


# ── what several of them need ────────────────────────────────────────────────────────────────


def at_amazon(server: S3Server, facts: SiteFacts = SITE, **changes: Any) -> list[Outcome]:
    """What is said of the credentials, where *server* stands in for Amazon."""
    spec = server.spec(server.make_bucket(), "media", **{"provider": "s3", **changes})
    with contextlib.closing(open_store(spec)) as store:
        return list(examine_store(facts, "cloud", store, CREDENTIAL_CHECKS))


def at_r2(server: S3Server, *addresses: FaultProxy) -> S3Store:
    """A bucket of an account that has several *addresses*, as seen at the first."""
    r2 = load_provider("r2")
    # The account is a part of the address: here the last number of the loopback's.
    templates = tuple(one.url.replace("127.0.0.1", "127.0.0.{account_id}") for one in addresses)
    provider = dataclasses.replace(r2, endpoint=dataclasses.replace(r2.endpoint, templates=templates))
    spec = server.spec(server.make_bucket(), "media", provider="r2", endpoint_url=addresses[0].url)
    return S3Store(spec, provider)


def in_regions(provider: str, service: S3Server, behind: S3Server) -> S3Store:
    """A bucket of a provider that has two regions, as seen in the first."""
    known, template = load_provider(provider), f"{service.endpoint_url}/{{region}}"
    assert known.regions is not None
    regions = dataclasses.replace(known.regions, cities={"here": "", "there": ""})
    endpoint = dataclasses.replace(known.endpoint, templates=(template,))
    spec = service.spec(behind.make_bucket(), "media", region="here", endpoint_url=template.format(region="here"))
    return S3Store(
        dataclasses.replace(spec, provider=provider), dataclasses.replace(known, endpoint=endpoint, regions=regions)
    )


def _with_acl(facts: SiteFacts, acl: str) -> SiteFacts:
    storages: Mapping[str, StorageFacts] = {
        alias: dataclasses.replace(one, acl=acl) for alias, one in facts.storages.items()
    }
    return dataclasses.replace(facts, storages=MappingProxyType(dict(storages)))


def _sts(server: S3Server) -> Any:
    import boto3

    session = boto3.session.Session(server.access_key_id, server.secret_access_key, region_name=server.region)
    return session.client("sts", endpoint_url=server.endpoint_url)


def healthy_grounds(ground: Ground) -> Iterator[tuple[str, list[Outcome]]]:
    """Every ground that faults are staged on, with no fault on it."""
    yield "Ceph", examine(ground.healthy.store())
    yield "Ceph behind a proxy", examine(ground.healthy.store(ground.proxy.server))
    yield "moto", settings_cases.examine(ground.moto, settings_cases.right(ground.moto))
    yield "moto for Amazon", at_amazon(ground.moto)
    with CloudinaryServer(Account(withholds=False)) as server:
        yield "Cloudinary, public", examined(server, "upload")
        yield "Cloudinary, private", examined(server, "authenticated")
    yield "Supabase, private", at_supabase(SITE, public=False)(ground)
    yield "Supabase, public", at_supabase(PUBLIC, public=True)(ground)
    with FaultProxy(ground.moto) as here, FaultProxy(ground.moto) as there:
        checks: tuple[StoreCheck, ...] = (jurisdiction.CHECK, bucket.CHECK)
        yield "two addresses", list(examine_store(SITE, "cloud", at_r2(ground.moto, here, there), checks))


REFUSED = error(403, "AccessDenied")
FAULTS: tuple[tuple[str, str, Stage], ...] = (
    ("E008", "nobody listens at the endpoint", nobody_listens),
    ("E009", "a certificate of an unknown authority", untrusted_authority),
    ("E010", "a clock 20 minutes off", clock_twenty_minutes_off),
    ("E011", "another region", wrong_region),
    ("E012", "a wrong secret", wrong_secret),
    ("E035", "an expired token", a_token_that_has_run_out),
    ("E035", "an expired token of Amazon's", answered(error(400, "ExpiredToken", "The provided token has expired."))),
    ("E039", "another jurisdiction", another_jurisdiction),
    ("E039", "another region, as if not there", another_region("hetzner", error(404, "NoSuchBucket"))),
    ("E039", "another region, which refuses the keys", another_region("b2", error(403, "InvalidAccessKeyId"))),
    ("E039", "another region, which says nothing", another_region("b2", error(403, "AccessDenied"))),
    ("E013", "no such bucket", no_bucket),
    ("W036", "a role's token in the settings", fleeting_token),
    ("W037", "keys where a role is offered", keys_in_place_of_a_role),
    ("W038", "the account's own keys", the_accounts_own_keys),
    ("W038", "a server's default root user", minios_default_keys),
    ("E040", "an ACL that the bucket refuses", refused_acl),
    ("E014", "no permission to write", allowing("list", "know", use=[a for a in OBJECTS if a != "s3:PutObject"])),
    ("E014", "a deny policy on the prefix", allowing("list", "use", "know", deny=["s3:PutObject"])),
    ("E014", "a switch that shuts uploads out", a_switch_that_shuts_uploads_out),
    ("E015", "no permission to read", allowing("list", "use", "know", deny=["s3:GetObject"])),
    ("E015", "other bytes", answered(flip_download(3), operation="GetObject", times=1)),
    ("E016", "no permission to delete", allowing("list", "know", use=[a for a in OBJECTS if a != "s3:DeleteObject"])),
    ("W017", "a key without list permission", allowing("use", "know")),
    ("E018", "no uploads in parts", answered(REFUSED, operation="CreateMultipartUpload")),
    ("W019", "a key with far too much", far_too_much),
    ("W020", "no versions", without("put_bucket_versioning", VersioningConfiguration={"Status": "Suspended"})),
    ("W021", "no encryption", without("delete_bucket_encryption")),
    ("W022", "no public access block", without("delete_public_access_block")),
    ("W023", "ACLs are on", without("delete_bucket_ownership_controls")),
    ("W024", "no lifecycle", without("delete_bucket_lifecycle")),
    ("W025", "CORS missing", without("delete_bucket_cors")),
    ("E026", "signed URLs do not open", signed_urls_refused),
    ("E027", "a public bucket", public_bucket),
    ("E027", "a public bucket at Supabase", at_supabase(SITE, public=True)),
    ("E061", "a private bucket at Supabase, read as public", at_supabase(PUBLIC, public=False)),
    ("W063", "PDFs that are not delivered", withholding),
    ("E028", "public files that are not", public_site_in_a_private_bucket),
    ("E029", "a bucket that everybody lists", listable_by_everybody),
)
"""Id, what is wrong, and how it comes to be."""
