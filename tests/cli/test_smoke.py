"""One file through the whole of a storage: each fault is told as the step that it breaks, and nothing stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages

from tests.cli.conftest import Site, files, run, use
from tests.cli.scrapbook.models import Sticker
from tests.cli.test_buckets import SECRET, entry
from tests.servers.proxy import FaultProxy
from tests.servers.rules import error, when
from tests.servers.s3server import S3Server

STEPS = ["upload a file", "read it back", "ask for its size", "open its URL", "find an older file of the site",
         "delete it"]  # fmt: skip


def failed(alias: str = "cloud") -> list[str]:
    """The steps that failed, and the exit code that goes with them."""
    ran = run("smoke", alias, "--json")
    assert [told["about"] for told in ran.objects[:-1]] == STEPS
    found = [told["about"] for told in ran.objects if told.get("state") == "finding"]
    assert ran.code == (1 if found else 0)
    return found


@pytest.fixture
def proxy(ceph: S3Server, site: Site, settings: Any) -> FaultProxy:
    """``cloud`` is a bucket behind a proxy, which names one file of the site's rows."""
    made = ceph.make_bucket()
    proxy = FaultProxy(ceph)
    use(settings, {**settings.STORAGES, "cloud": entry(proxy.server, made, max_attempts=1)})
    return proxy


def test_a_sound_bucket_passes_and_keeps_nothing(proxy: FaultProxy) -> None:
    with proxy:
        assert failed() == []
    written = {request.key for request in proxy.requests if request.operation == "PutObject"}
    deleted = {request.key for request in proxy.requests if request.operation == "DeleteObject"}
    assert len(written) == 1
    assert written == deleted


@pytest.mark.parametrize(
    ("operation", "step"),
    [("PutObject", "upload a file"), ("HeadObject", "ask for its size"), ("DeleteObject", "delete it")],
)
def test_the_step_that_fails_is_named(operation: str, step: str, proxy: FaultProxy) -> None:
    with proxy:
        proxy.rules.append(when(error(403, "AccessDenied"), operation=operation, times=1))
        assert step in failed()


def test_a_url_that_does_not_open_is_named(proxy: FaultProxy) -> None:
    with proxy:
        proxy.rules.append(
            lambda request: error(403, "SignatureDoesNotMatch") if "X-Amz-Signature" in request.query else None
        )
        assert failed() == ["open its URL"]
    assert proxy.count("DeleteObject") == 1


def test_an_older_file_must_be_there(site: Site) -> None:
    site.sticker("stickers/old.png")
    before = files(site.media)
    assert failed("default") == []
    assert files(site.media) == before
    (site.media / "stickers/old.png").unlink()
    assert failed("default") == ["find an older file of the site"]
    Sticker.objects.all().delete()
    assert failed("default") == []
    assert files(site.media) == {}


def test_the_url_of_an_older_file_must_open(proxy: FaultProxy, settings: Any) -> None:
    with proxy:
        name = storages["cloud"].save("stickers/old.png", ContentFile(b"png"))
        Sticker.objects.create(image=name)
        field: Any = Sticker._meta.get_field("image")
        before, field.storage = field.storage, storages["cloud"]
        try:
            assert failed() == []
            proxy.rules.append(
                lambda request: error(403, "AccessDenied") if request.key.endswith(name) and request.query else None
            )
            assert failed() == ["find an older file of the site"]
        finally:
            field.storage = before
        storages["cloud"].delete(name)


def test_a_storage_without_urls_is_not_asked_for_one(site: Site, settings: Any) -> None:
    mine = {"BACKEND": f"{__name__}.Speechless", "OPTIONS": {"location": str(site.cloud)}}
    use(settings, {**settings.STORAGES, "cloud": mine})
    assert failed() == []


class Speechless(FileSystemStorage):
    """Keeps files, and has no address for them."""

    def url(self, name: str | None) -> str:
        raise NotImplementedError("subclasses of Storage must provide a url() method")


class Forgetful(FileSystemStorage):
    """Gives back other bytes than it got."""

    def open(self, name: str, mode: str = "rb") -> Any:
        Path(self.path(name)).write_bytes(b"x" * 51)
        return super().open(name, mode)


def test_other_bytes_are_told_and_what_was_stored_is_gone(site: Site, settings: Any) -> None:
    mine = {"BACKEND": f"{__name__}.Forgetful", "OPTIONS": {"location": str(site.cloud)}}
    use(settings, {**settings.STORAGES, "cloud": mine})
    assert failed() == ["read it back"]
    assert list(site.cloud.iterdir()) == []


def test_it_prints_the_fix_and_no_secret(site: Site, rclone: S3Server, settings: Any) -> None:
    use(settings, {**settings.STORAGES, "cloud": entry(rclone, rclone.make_bucket(), secret_access_key=SECRET)})
    ran = run("smoke", "cloud")
    assert ran.code == 1
    assert "python manage.py medialift doctor cloud" in ran.out
    assert SECRET not in ran.out + ran.err + ran.error


@pytest.mark.parametrize("arguments", [("nowhere",), ("default", "--model", "scrapbook.Nothing")])
def test_what_makes_no_sense_ends_with_2(site: Site, arguments: tuple[str, ...]) -> None:
    assert run("smoke", *arguments).code == 2
    assert files(site.media) == {}
