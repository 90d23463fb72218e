from __future__ import annotations

import dataclasses
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from medialift.models import ProbeResult
from medialift.stores.probe import FOLDER, LASTS, Subject
from tests.cli import test_process
from tests.cli.conftest import Site, files, run, use
from tests.cli.test_buckets import entry, objects
from tests.cli.test_process import command, environment
from tests.servers.proxy import FaultProxy
from tests.servers.rules import error, reset, stall, when
from tests.servers.s3server import S3Server

empty_database, home = test_process.empty_database, test_process.home


@pytest.fixture
def proxy(moto: S3Server) -> Iterator[FaultProxy]:
    with FaultProxy(moto) as proxy:
        yield proxy


@pytest.fixture
def bucket(filled: Site, proxy: FaultProxy, moto: S3Server, settings: Any) -> str:
    """An empty bucket of a service that nobody knows, which the alias ``cloud`` names."""
    made = moto.make_bucket()
    use(settings, {**settings.STORAGES, "cloud": entry(proxy.server, made)})
    proxy.forget()
    return made


def writes(proxy: FaultProxy, *, probing: bool) -> int:
    """Uploads of files, or of a probe."""
    puts = [request for request in proxy.requests if request.operation == "PutObject"]
    return sum((FOLDER in request.key) is probing for request in puts)


def expire() -> None:
    """Make what is remembered a month old."""
    for row in ProbeResult.objects.all():
        row.at -= LASTS
        row.result["at"] = row.at.isoformat()
        row.save()


class TestTheVerb:
    def test_it_tells_what_was_found_with_evidence_and_what_follows(self, bucket: str, moto: S3Server) -> None:
        ran = run("probe", "cloud")
        assert ran.code == 0, ran.error
        told = " ".join(ran.out.split())
        assert "yes creates only where there is nothing" in told
        assert "then by a third: 412 PreconditionFailed" in told
        assert "ignored compares Content-MD5 with the bytes" in told
        assert "So a new file is created in one request, and never over another; the ETag of a copy proves it." in told
        assert objects(moto, bucket) == {}

    def test_it_is_remembered_with_its_date(self, bucket: str) -> None:
        last = run("probe", "cloud", "--json").last
        (row,) = ProbeResult.objects.all()
        assert row.result["at"] == last["at"]
        assert last["remembered"]
        assert last["requests"] <= 25

    def test_for_scripts_every_answer_is_an_object(self, bucket: str) -> None:
        found = run("probe", "cloud", "--json").objects
        assert [answer["subject"] for answer in found[:-1]].count("create") == 1
        assert {answer["subject"] for answer in found[:-1]} == {subject.value for subject in Subject}
        assert (found[-1]["atomic_create"], found[-1]["etag"], found[-1]["problems"]) == (True, "md5", [])

    def test_it_renews_what_is_remembered(self, bucket: str, proxy: FaultProxy) -> None:
        run("probe", "cloud")
        proxy.rules.append(when(error(501, "NotImplemented"), operation="CompleteMultipartUpload"))
        assert run("probe", "cloud", "--json").last["atomic_multipart_create"] is False
        assert ProbeResult.objects.count() == 1

    def test_forgetting_tries_nothing(self, bucket: str, proxy: FaultProxy) -> None:
        assert "Nothing was known" in run("probe", "cloud", "--forget").out
        assert proxy.count() == 0
        run("probe", "cloud")
        assert run("probe", "cloud", "--forget", "--json").last["found"] is True
        assert ProbeResult.objects.count() == 0

    def test_a_service_that_is_worse_than_its_data_is_a_finding(
        self, filled: Site, rclone: S3Server, settings: Any
    ) -> None:
        posing = dataclasses.replace(rclone, provider="minio")
        use(settings, {**settings.STORAGES, "cloud": entry(posing, rclone.make_bucket())})
        ran = run("probe", "cloud")
        assert ran.code == 1
        told = " ".join(ran.out.split())
        assert "It was expected to do otherwise (create: ignored)" in told
        assert "a new file gets a random suffix" in told

    def test_a_disk_has_nothing_to_try(self, filled: Site) -> None:
        ran = run("probe", "default")
        assert ran.code == 2
        assert "there is nothing to try" in ran.error

    def test_a_bucket_that_is_not_there(self, filled: Site, moto: S3Server, settings: Any) -> None:
        use(settings, {**settings.STORAGES, "cloud": entry(moto, "no-such-bucket-anywhere")})
        assert run("probe", "cloud").code == 2
        assert ProbeResult.objects.count() == 0

    def test_what_stays_behind_is_told(self, bucket: str, proxy: FaultProxy) -> None:
        for operation in ("DeleteObject", "DeleteObjects"):
            proxy.rules.append(when(error(403, "AccessDenied"), operation=operation))
        ran = run("probe", "cloud")
        assert ran.code == 1
        assert ran.out.count("do it yourself:") >= 5

    def test_no_output_holds_a_secret(self, bucket: str, proxy: FaultProxy) -> None:
        proxy.rules.append(when(error(403, "SignatureDoesNotMatch"), operation="GetObject"))
        for more in ((), ("--json",)):
            ran = run("probe", "cloud", *more)
            assert proxy.server.secret_access_key not in ran.out + ran.err + ran.error
            assert "X-Amz-Signature" not in ran.out

    @pytest.mark.django_db(transaction=True)
    def test_without_tables_it_says_what_was_found_and_how_to_keep_it(self, bucket: str) -> None:
        from django.db import connection

        with connection.schema_editor() as editor:
            editor.delete_model(ProbeResult)
        try:
            ran = run("probe", "cloud")
        finally:
            with connection.schema_editor() as editor:
                editor.create_model(ProbeResult)
        assert ran.code == 0
        assert "migrate medialift" in " ".join(ran.out.split())


class TestMoves:
    def test_a_target_that_nobody_knows_is_tried_once_and_then_gets_one_request_a_file(
        self, filled: Site, bucket: str, proxy: FaultProxy, moto: S3Server
    ) -> None:
        moved = run("migrate", "--to", "cloud", "--json")
        assert moved.code == 0, moved.error
        assert "Trying what cloud does" in moved.err
        assert objects(moto, bucket) == files(filled.media)
        assert writes(proxy, probing=False) == len(files(filled.media))
        # The one GET is the probe's signed URL and its unsigned twin: no file was read back.
        assert proxy.count("GetObject") == 2
        assert moved.last["proofs"] == {"etag-md5": len(files(filled.media))}
        proxy.forget()
        (filled.media / "stickers" / "late.png").write_bytes(b"late")
        assert run("migrate", "--to", "cloud").code == 0
        assert (writes(proxy, probing=True), writes(proxy, probing=False)) == (0, 1)
        assert proxy.count("GetObject") == 0

    def test_without_a_probe_the_same_service_has_every_file_read_back(
        self, filled: Site, bucket: str, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What the probe saves: the careful protocol is the price of not knowing."""
        monkeypatch.setattr("medialift.cli.probing.has_to_be_probed", lambda store: False)
        moved = run("migrate", "--to", "cloud", "--json")
        assert moved.last["proofs"] == {"read-back": len(files(filled.media))}
        assert proxy.count("GetObject") >= len([body for body in files(filled.media).values() if body])

    def test_after_a_month_it_is_tried_again(self, bucket: str, proxy: FaultProxy) -> None:
        run("migrate", "--to", "cloud")
        expire()
        proxy.forget()
        assert run("copy", "--to", "cloud").code == 0
        assert writes(proxy, probing=True) > 0

    def test_a_service_that_ignores_the_condition_is_not_asked_for_it(
        self, filled: Site, rclone: S3Server, settings: Any
    ) -> None:
        bucket = rclone.make_bucket()
        with FaultProxy(rclone) as proxy:
            use(settings, {**settings.STORAGES, "cloud": entry(proxy.server, bucket)})
            assert run("migrate", "--to", "cloud").code == 0
            files_put = [
                request for request in proxy.requests if request.operation == "PutObject" and FOLDER not in request.key
            ]
            assert files_put
            assert not [request for request in files_put if "if-none-match" in request.headers]

    def test_the_source_is_never_tried(self, filled: Site, bucket: str, proxy: FaultProxy) -> None:
        """A move writes nothing to its source, not even for a moment."""
        (filled.cloud.parent / "home").mkdir()
        run("migrate", "--from", "cloud", "--to", "default")
        assert proxy.count("PutObject") == 0

    def test_the_way_back_tries_the_place_it_goes_to(self, filled: Site, bucket: str, proxy: FaultProxy) -> None:
        move = run("migrate", "--to", "cloud", "--json").last["move"]
        run("probe", "cloud", "--forget")
        proxy.forget()
        assert run("back", move).code == 0
        assert proxy.count("PutObject") == 0, "it goes to a disk"

    def test_a_line_that_breaks_while_it_tries_ends_the_move_before_it_began(
        self, bucket: str, proxy: FaultProxy, moto: S3Server
    ) -> None:
        proxy.rules.append(when(reset(), operation="PutObject"))
        ran = run("migrate", "--to", "cloud", "--json")
        assert (ran.code, ran.last["type"], ran.last["retryable"]) == (2, "error", True)
        assert objects(moto, bucket) == {}


class TestPlans:
    def test_a_plan_tries_nothing_and_says_that_a_move_would(self, bucket: str, proxy: FaultProxy) -> None:
        planned = run("plan", "--to", "cloud")
        assert "python manage.py medialift probe cloud" in " ".join(planned.out.split())
        assert proxy.count("PutObject") == 0
        assert ProbeResult.objects.count() == 0

    def test_a_plan_shows_what_was_found_and_when(self, bucket: str) -> None:
        run("probe", "cloud")
        (row,) = ProbeResult.objects.all()
        told = " ".join(run("plan", "--to", "cloud").out.split())
        assert f"cloud was tried on {row.at:%Y-%m-%d}: a new file is created in one request" in told

    def test_a_plan_tells_what_the_service_does_worse_than_expected(self, bucket: str) -> None:
        run("probe", "cloud")
        (row,) = ProbeResult.objects.all()
        for finding in row.result["findings"]:
            if finding["subject"] == "keys":
                finding.update(verdict="ignored", evidence="listed in form NFC")
        row.save()
        told = " ".join(run("plan", "--to", "cloud").out.split())
        assert "cloud was expected to do otherwise (keys: ignored): listed in form NFC" in told

    def test_a_target_that_is_known_needs_no_word(self, filled: Site, moto: S3Server, settings: Any) -> None:
        known = dataclasses.replace(moto, provider="r2", region="auto")
        use(settings, {**settings.STORAGES, "cloud": entry(known, moto.make_bucket())})
        assert "probe" not in run("plan", "--to", "cloud").out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_probe_that_is_interrupted_cleans_up(
    home: Path, proxy: FaultProxy, moto: S3Server, number: signal.Signals
) -> None:
    bucket = moto.make_bucket()
    options = entry(proxy.server, bucket)["OPTIONS"]
    (home / "probed.py").write_text(
        "from tests.cli.project import *\n"
        f"STORAGES = {{**STORAGES, 'cloud': {{'BACKEND': 'medialift.storage.MediaStorage', 'OPTIONS': {options!r}}}}}\n"
    )
    proxy.rules.append(when(stall(1), operation="CompleteMultipartUpload"))
    own = environment(home, DJANGO_SETTINGS_MODULE="probed")
    own["PYTHONPATH"] = f"{home}:{own['PYTHONPATH']}"
    process = subprocess.Popen(command("medialift", "probe", "cloud"), env=own, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 40
    while not proxy.count("CompleteMultipartUpload"):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(number)
    process.communicate(timeout=30)
    client = moto.client()
    assert process.returncode == 130
    assert client.list_objects_v2(Bucket=bucket).get("Contents") is None
    assert client.list_multipart_uploads(Bucket=bucket).get("Uploads") is None
