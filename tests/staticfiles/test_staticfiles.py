"""``collectstatic`` into a bucket: what arrives, how many requests it takes, and what is never missing."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.templatetags.static import static

from medialift.errors import ConfigError
from medialift.staticfiles import IMMUTABLE, ManifestStaticStorage, StaticStorage
from medialift.stores.memory import MemoryStore
from tests.cli.conftest import use
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server

CSS = b'body { background: url("img/bg.png") }\n@import "base.css";\n'
FILES = {
    "css/site.css": CSS,
    "css/base.css": b"p { color: red }\n",
    "css/img/bg.png": b"png",
    "js/app.js": b"alert(1)\n",
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for name, body in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(body)
    return tmp_path


@pytest.fixture(params=["moto", "ceph"])
def server(request: pytest.FixtureRequest) -> S3Server:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.fixture
def proxy(server: S3Server) -> Iterator[FaultProxy]:
    with FaultProxy(server) as proxy:
        yield proxy


@pytest.fixture
def bucket(server: S3Server, proxy: FaultProxy, source: Path, settings: Any) -> str:
    made = server.make_bucket()
    options = {
        "provider": "minio",  # whose ETags are MD5s, as those of both servers are
        "bucket": made,
        "prefix": "static",
        "region": server.region,
        "endpoint_url": proxy.server.endpoint_url,
        "access_key_id": server.access_key_id,
        "secret_access_key": server.secret_access_key,
    }
    manifest = {"BACKEND": "medialift.staticfiles.ManifestStaticStorage", "OPTIONS": options}
    use(settings, {**settings.STORAGES, "staticfiles": manifest})
    settings.INSTALLED_APPS = ["django.contrib.staticfiles"]
    settings.STATICFILES_DIRS = [str(source)]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_URL = "/static/"
    return made


def collect(*arguments: str) -> str:
    """In a new storage, as each deploy has one."""
    fresh()
    out = io.StringIO()
    call_command("collectstatic", *arguments, interactive=False, stdout=out)
    return out.getvalue()


def fresh() -> None:
    from django.contrib.staticfiles import finders

    finders.get_finder.cache_clear()  # type: ignore[attr-defined]
    storages._storages.clear()  # type: ignore[attr-defined]
    staticfiles_storage._wrapped = storages["staticfiles"]  # type: ignore[attr-defined]


def objects(server: S3Server, bucket: str) -> dict[str, bytes]:
    client = server.client()
    found = client.list_objects_v2(Bucket=bucket, Prefix="static/").get("Contents", [])
    return {
        entry["Key"].removeprefix("static/"): client.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
        for entry in found
    }


def test_files_their_hashed_twins_and_the_manifest_arrive(server: S3Server, bucket: str) -> None:
    collect()
    found = objects(server, bucket)
    paths = json.loads(found["staticfiles.json"])["paths"]
    assert set(paths) == set(FILES)
    assert set(found) == {"staticfiles.json", *FILES, *paths.values()}
    page = found[paths["css/site.css"]].decode()
    assert Path(paths["css/img/bg.png"]).name in page
    assert Path(paths["css/base.css"]).name in page
    fresh()
    assert static("js/app.js").endswith(f"/static/{paths['js/app.js']}")
    head = server.client().head_object(Bucket=bucket, Key=f"static/{paths['js/app.js']}")
    assert head["CacheControl"] == IMMUTABLE
    assert "javascript" in head["ContentType"]
    assert "CacheControl" not in server.client().head_object(Bucket=bucket, Key="static/js/app.js")


def test_a_second_collectstatic_is_one_listing(source: Path, bucket: str, proxy: FaultProxy) -> None:
    collect()
    for name in FILES:
        os.utime(source / name)  # a new checkout: every file is newer than what lies in the bucket
    proxy.requests.clear()
    said = collect()
    assert [request.operation for request in proxy.requests] == ["ListObjectsV2"], said


def test_only_what_changed_is_sent(source: Path, server: S3Server, bucket: str, proxy: FaultProxy) -> None:
    collect()
    (source / "js/app.js").write_bytes(b"alert(2)\n")
    proxy.requests.clear()
    collect()
    sent = sorted(str(request.key) for request in proxy.requests if request.operation == "PutObject")
    assert len(sent) == 3
    assert sent[0].endswith("js/app.js") or sent[1].endswith("js/app.js")
    assert proxy.count("DeleteObject") == proxy.count("DeleteObjects") == 0
    assert objects(server, bucket)["js/app.js"] == b"alert(2)\n"


def test_clearing_never_takes_away_what_is_collected_again(
    source: Path, server: S3Server, bucket: str, proxy: FaultProxy
) -> None:
    collect()
    before = objects(server, bucket)
    (source / "js/app.js").unlink()
    proxy.requests.clear()
    collect("--clear")
    after = objects(server, bucket)
    gone = set(before) - set(after)
    assert gone == {"js/app.js", json.loads(before["staticfiles.json"])["paths"]["js/app.js"]}
    assert [request.operation for request in proxy.requests].count("PutObject") == 1  # the manifest


def test_a_dry_run_sends_nothing(server: S3Server, bucket: str, proxy: FaultProxy) -> None:
    collect("--dry-run")
    assert objects(server, bucket) == {}
    assert proxy.count("PutObject") == 0


def test_no_request_is_made_before_an_address_is_asked_for(bucket: str, proxy: FaultProxy) -> None:
    collect()
    proxy.requests.clear()
    fresh()
    assert proxy.requests == []
    for name in FILES:
        assert static(name)
    assert [request.operation for request in proxy.requests] == ["GetObject"]


def test_after_a_test_that_patched_the_hashed_names_the_manifest_holds_again(bucket: str) -> None:
    collect()
    storage: Any = staticfiles_storage
    collected = dict(storage.hashed_files)
    with mock.patch.object(storage, "hashed_files", {"js/app.js": "js/other.js"}):
        assert static("js/app.js").endswith("js/other.js")
    assert storage.hashed_files == collected != {}


def test_a_file_that_nobody_collected_is_an_error(bucket: str) -> None:
    collect()
    fresh()
    with pytest.raises(ValueError, match="Missing staticfiles manifest entry"):
        static("nothing.css")


class TestAlone:
    def storage(self) -> StaticStorage:
        made = StaticStorage.over(MemoryStore("static"))
        assert isinstance(made, StaticStorage)
        return made

    def test_it_overwrites(self) -> None:
        storage = self.storage()
        assert storage.save("a.js", ContentFile(b"1")) == storage.save("a.js", ContentFile(b"2")) == "a.js"
        assert storage.open("a.js").read() == b"2"

    def test_a_deletion_by_hand_is_at_once(self) -> None:
        storage = self.storage()
        storage.save("a.js", ContentFile(b"1"))
        storage.delete("a.js")
        assert list(storage.store.list()) == []

    def test_what_is_to_be_deleted_is_gone_to_whoever_asks(self) -> None:
        storage = self.storage()
        storage.save("a.js", ContentFile(b"1"))
        assert storage.exists("a.js")
        storage.delete("a.js")
        assert not storage.exists("a.js")
        assert storage.listdir("") == ([], [])
        with pytest.raises(FileNotFoundError):
            storage.open("a.js").read()

    def test_what_nobody_collected_is_deleted_at_the_latest_with_the_storage(self) -> None:
        storage = self.storage()
        store = storage.store
        storage.save("a.js", ContentFile(b"1"))
        assert storage.exists("a.js")
        storage.delete("a.js")
        del storage
        assert list(store.list()) == []

    @pytest.mark.parametrize("kind", [StaticStorage, ManifestStaticStorage])
    def test_the_place_of_uploads_is_refused(self, kind: type[StaticStorage], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MEDIA_STORAGE_URL", "s3://pics/media?region=eu-west-1")
        with pytest.raises(ConfigError, match="of their own"):
            _ = kind().options

    def test_signed_addresses_are_refused(self) -> None:
        storage = StaticStorage(provider="s3", bucket="b", region="eu-west-1", querystring_auth=True)
        with pytest.raises(ConfigError, match="static files are public"):
            _ = storage.options

    def test_the_address_of_a_folder_keeps_its_slash(self) -> None:
        storage = StaticStorage(provider="s3", bucket="b", region="eu-west-1", custom_domain="cdn.example.com")
        assert storage.url("img/") == "https://cdn.example.com/img/"
        assert storage.url("img/a.png") == "https://cdn.example.com/img/a.png"

    def test_the_option_for_caching_wins(self) -> None:
        storage = StaticStorage(provider="memory", cache_control="no-cache")
        assert storage._headers("a.0123456789ab.js").cache_control == "no-cache"
