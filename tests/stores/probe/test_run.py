"""The probe against real servers: what it finds, what it costs, and that nothing stays behind."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from medialift.errors import AccessDeniedError, BucketNotFoundError, CredentialsError
from medialift.providers import load_provider
from medialift.stores.probe import FOLDER, Subject, Verdict, traits_of
from medialift.stores.probe.run import probe
from medialift.stores.spec import Credentials, Secret
from medialift.types import ETag
from tests.servers.proxy import FaultProxy
from tests.servers.rules import error, reset, slow_down, stall, when
from tests.servers.s3request import Request
from tests.servers.s3server import S3Server
from tests.stores.probe.conftest import PREFIX, everything, probed, spec_behind
from tests.stores.probe.known import KNOWN

CAREFUL = load_provider("s3-compatible").traits


@pytest.fixture
def proxy(moto: S3Server) -> Iterator[FaultProxy]:
    with FaultProxy(moto) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def bucket(moto: S3Server) -> str:
    return moto.make_bucket()


@pytest.mark.parametrize("name", ["moto", "moto_tls", "rclone", "rclone_tls", "ceph", "ceph_tls"])
class TestOnRealServers:
    @pytest.fixture
    def server(self, name: str, request: pytest.FixtureRequest) -> S3Server:
        found: S3Server = request.getfixturevalue(name)
        return found

    def test_everything_that_is_known_of_it_is_found_and_nothing_stays(self, server: S3Server) -> None:
        bucket = server.make_bucket()
        found = probed(server.spec(bucket, PREFIX, provider="s3-compatible"))
        assert {finding.subject: finding.verdict for finding in found.findings} == KNOWN[server.name], found
        assert (found.left_behind, everything(server, bucket)) == ((), [])
        assert found.identity.prefix == PREFIX

    def test_it_takes_about_25_requests(self, server: S3Server) -> None:
        if server.ca_file:
            pytest.skip("the proxy that counts speaks http")
        bucket = server.make_bucket()
        with FaultProxy(server) as proxy:
            found = probed(spec_behind(proxy, bucket))
        assert found.requests == proxy.count() <= 25


def test_a_service_that_honours_conditions_and_checks_digests_gets_the_fast_protocol(ceph: S3Server) -> None:
    traits = traits_of(probed(ceph.spec(ceph.make_bucket(), provider="s3-compatible")), CAREFUL)
    assert (traits.atomic_create, traits.atomic_multipart_create, traits.etag) == (True, False, ETag.MD5)
    assert traits.checked_digests == {"payload-sha256", "content-md5"}


def test_a_service_that_ignores_what_its_data_promises_is_found_out(rclone: S3Server) -> None:
    promised = load_provider("s3").traits
    traits = traits_of(probed(rclone.spec(rclone.make_bucket(), provider="s3-compatible")), promised)
    assert promised.atomic_create
    assert not traits.atomic_create
    assert not traits.atomic_multipart_create
    assert traits.checked_digests == {"content-md5"}
    assert traits.etag is ETag.WHOLE_MD5


class TestLeavingNothing:
    @pytest.mark.parametrize("operation", ["UploadPart", "ListObjectsV2", "HeadObject", "DeleteObjects"])
    def test_after_a_request_without_an_answer(
        self, proxy: FaultProxy, bucket: str, moto: S3Server, operation: str
    ) -> None:
        """What it could not tell is unknown, everything else is told, and the place is clean."""
        proxy.rules.append(when(reset(), operation=operation, times=2))
        found = probed(spec_behind(proxy, bucket))
        assert found.unknowns
        assert found.verdict(Subject.CREATE) is Verdict.YES
        assert found.left_behind == ()
        assert everything(moto, bucket) == []

    def test_after_ctrl_c(self, proxy: FaultProxy, bucket: str, moto: S3Server) -> None:
        """In the middle of an upload in parts."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("medialift.stores.probe.questions.parts._complete", _interrupted)
            with pytest.raises(KeyboardInterrupt):
                probe(spec_behind(proxy, bucket), load_provider("s3-compatible"))
        assert proxy.count("UploadPart") == 3
        assert proxy.count("AbortMultipartUpload") == 1
        assert everything(moto, bucket) == []

    def test_when_asked_to_stop(self, proxy: FaultProxy, bucket: str, moto: S3Server) -> None:
        stop = threading.Event()

        def stop_at_the_second_part(request: Request) -> None:
            if request.operation == "UploadPart" and request.query["partNumber"] == "2":
                stop.set()

        proxy.rules.append(stop_at_the_second_part)
        assert probe(spec_behind(proxy, bucket), load_provider("s3-compatible"), stop) is None
        assert proxy.count("UploadPart") == 2
        assert everything(moto, bucket) == []

    def test_what_an_earlier_probe_left_when_it_was_killed_is_removed_too(
        self, proxy: FaultProxy, bucket: str, moto: S3Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("medialift.stores.probe.cleaning.ABANDONED", timedelta(seconds=-60))
        moto.client().put_object(Bucket=bucket, Key=f"{PREFIX}/{FOLDER}/of-a-killed-one/a", Body=b"x")
        moto.client().put_object(Bucket=bucket, Key=f"{PREFIX}/photo.jpg", Body=b"x")
        probed(spec_behind(proxy, bucket))
        assert set(everything(moto, bucket)) == {f"{PREFIX}/photo.jpg"}
        moto.client().delete_object(Bucket=bucket, Key=f"{PREFIX}/photo.jpg")

    def test_another_probe_that_runs_now_is_left_alone(self, proxy: FaultProxy, moto: S3Server) -> None:
        bucket, key = moto.make_bucket(), f"{PREFIX}/{FOLDER}/of-somebody-else/a"
        moto.client().put_object(Bucket=bucket, Key=key, Body=b"x")
        assert probed(spec_behind(proxy, bucket)).left_behind == ()
        assert set(everything(moto, bucket)) == {key}

    def test_a_bucket_with_versions_keeps_none_of_them(self, ceph: S3Server) -> None:
        """Where deleting only hides, ten MiB would be billed for ever."""
        bucket = ceph.make_bucket()
        ceph.client().put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        found = probed(ceph.spec(bucket, PREFIX, provider="s3-compatible"))
        assert found.left_behind == ()
        assert everything(ceph, bucket) == []

    def test_a_condition_that_only_buckets_without_versions_honour_is_found_out(self, ceph: S3Server) -> None:
        """Ceph 16: what is true of one bucket of a service is not true of the next."""
        bucket = ceph.make_bucket()
        before = probed(ceph.spec(bucket, PREFIX, provider="s3-compatible"))
        ceph.client().put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        after = probed(ceph.spec(bucket, PREFIX, provider="s3-compatible"))
        assert (before.verdict(Subject.CREATE), after.verdict(Subject.CREATE)) == (Verdict.YES, Verdict.IGNORED)

    def test_what_may_not_be_deleted_is_told(self, proxy: FaultProxy, moto: S3Server) -> None:
        bucket = moto.make_bucket()
        for operation in ("DeleteObject", "DeleteObjects"):
            proxy.rules.append(when(error(403, "AccessDenied"), operation=operation))
        found = probed(spec_behind(proxy, bucket))
        assert found.verdict(Subject.DELETE_MANY) is Verdict.UNKNOWN
        assert set(found.left_behind) == set(everything(moto, bucket))
        assert len(found.left_behind) >= 5


def _interrupted(*_: Any, **__: Any) -> Any:
    raise KeyboardInterrupt


class TestThatCannotBegin:
    def test_a_bucket_that_is_not_there(self, proxy: FaultProxy) -> None:
        with pytest.raises(BucketNotFoundError):
            probed(spec_behind(proxy, "no-such-bucket"))

    def test_credentials_that_may_not_write(self, proxy: FaultProxy, bucket: str) -> None:
        proxy.rules.append(when(error(403, "AccessDenied"), operation="PutObject"))
        with pytest.raises(AccessDeniedError):
            probed(spec_behind(proxy, bucket))

    def test_wrong_credentials(self, rclone: S3Server) -> None:
        wrong = Credentials(rclone.access_key_id, Secret("a-wrong-secret-0123456789"))
        with pytest.raises(CredentialsError) as caught:
            probed(rclone.spec(rclone.make_bucket(), credentials=wrong))
        assert "a-wrong-secret" not in str(caught.value)


def test_a_service_that_asks_for_fewer_requests_gets_them(proxy: FaultProxy, bucket: str) -> None:
    proxy.rules.append(when(slow_down(), operation="PutObject", skip=1, times=1))
    assert not probed(spec_behind(proxy, bucket)).unknowns


def test_no_evidence_holds_a_secret_or_a_signed_url(proxy: FaultProxy, bucket: str) -> None:
    proxy.rules.append(when(error(403, "SignatureDoesNotMatch"), operation="GetObject"))
    proxy.rules.append(when(stall(0), operation="HeadObject"))
    found = probed(spec_behind(proxy, bucket))
    told = " ".join(finding.evidence for finding in found.findings)
    assert found.verdict(Subject.SIGNED_URL) is Verdict.NO
    assert "Signature=" not in told
    assert proxy.server.secret_access_key not in told


def test_a_public_bucket_is_found_to_be_public(ceph: S3Server) -> None:
    bucket = ceph.make_bucket()
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", '
        f'"Resource": "arn:aws:s3:::{bucket}/*"}}]}}'
    )
    ceph.client().put_bucket_policy(Bucket=bucket, Policy=policy)
    found = probed(ceph.spec(bucket, uuid.uuid4().hex, provider="s3-compatible"))
    assert found.verdict(Subject.PUBLIC) is Verdict.YES


def test_without_a_plain_url_nobody_can_tell_whether_it_is_public(proxy: FaultProxy, bucket: str) -> None:
    found = probed(spec_behind(proxy, bucket, provider="r2", region="auto"))
    assert found.verdict(Subject.PUBLIC) is Verdict.UNKNOWN
    assert "custom_domain" in found.finding(Subject.PUBLIC).evidence
