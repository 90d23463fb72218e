from __future__ import annotations

import dataclasses
import io
import os
import pickle
import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import django
import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile, TemporaryUploadedFile
from django.db import models
from django.db.migrations.writer import MigrationWriter
from django.test import override_settings

import medialift
from medialift.errors import AccessDeniedError, BucketNotFoundError, ConfigError, UnavailableError
from medialift.storage import MediaStorage
from medialift.stores.base import ListsFolders
from medialift.stores.memory import MEMORY_TRAITS, MemoryStore
from medialift.stores.wrappers.base import Wrapper
from medialift.types import KeyRules

NOT_ATOMIC = dataclasses.replace(MEMORY_TRAITS, atomic_create=False, atomic_multipart_create=False)
AWKWARD = ["a b.txt", "é.txt", "é.txt", "100%.txt", "#1.txt", "a+b.txt", "a&b=c?.txt", "日本/🐈.txt", "'\"[]~.txt"]
BACKEND = "medialift.storage.MediaStorage"


class Counting(Wrapper):
    """A store that writes down its calls."""

    def __init__(self, inner: Any) -> None:
        super().__init__(inner)
        self.calls: list[str] = []

    def put(self, key: str, body: Any, **options: Any) -> Any:
        self.calls.append(f"put {key}")
        return super().put(key, body, **options)

    def head(self, key: str) -> Any:
        self.calls.append(f"head {key}")
        return super().head(key)


class Failing(Wrapper):
    """A store that answers every question with one error."""

    def __init__(self, error: Exception) -> None:
        super().__init__(MemoryStore())
        self.error = error

    def head(self, key: str) -> Any:
        raise self.error


@pytest.fixture
def storage() -> MediaStorage:
    return MediaStorage.over(MemoryStore())


def content(storage: MediaStorage, name: str) -> bytes:
    with storage.open(name) as file:
        return bytes(file.read())


# ── saving ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", AWKWARD)
def test_every_name_comes_back(storage: MediaStorage, name: str) -> None:
    assert storage.save(name, ContentFile(name.encode())) == name
    assert content(storage, name) == name.encode()
    folder, _, base = name.rpartition("/")
    assert storage.listdir(folder)[1] == [base]
    assert storage.exists(name)
    storage.delete(name)
    assert not storage.exists(name)


@pytest.mark.parametrize("name", AWKWARD)
def test_a_store_with_few_letters_keeps_every_name(name: str) -> None:
    rules = KeyRules(allowed="A-Za-z0-9/_.=;,-", max_bytes=400)
    storage = MediaStorage.over(MemoryStore(traits=dataclasses.replace(MEMORY_TRAITS, key_rules=rules)))
    storage.save(name, ContentFile(b"x"))
    assert all(key.key.isascii() for key in storage.store.list())
    assert content(storage, name) == b"x"
    folder, _, base = name.rpartition("/")
    assert storage.listdir(folder)[1] == [base]
    assert storage.listdir("") == (([folder], []) if folder else ([], [base]))


def test_saving_asks_nothing_before_it_writes() -> None:
    store = Counting(MemoryStore())
    MediaStorage.over(store).save("a/b.txt", ContentFile(b"x"))
    assert store.calls == ["put a/b.txt"]


def test_a_taken_name_gets_djangos_alternative(storage: MediaStorage) -> None:
    storage.save("a/b.tar.gz", ContentFile(b"old"))
    name = storage.save("a/b.tar.gz", ContentFile(b"new"))
    suffix = r"a/b_[A-Za-z0-9]{7}\.tar\.gz" if django.VERSION >= (5, 1) else r"a/b\.tar_[A-Za-z0-9]{7}\.gz"
    assert re.fullmatch(suffix, name)
    assert (content(storage, "a/b.tar.gz"), content(storage, name)) == (b"old", b"new")


def test_a_clash_keeps_within_the_fields_length(storage: MediaStorage) -> None:
    storage.save("a/abcdefghij.txt", ContentFile(b"old"), max_length=16)
    name = storage.save("a/abcdefghij.txt", ContentFile(b"new"), max_length=16)
    assert len(name) == 16
    assert name.startswith("a/ab_")


def test_a_name_that_no_length_fits_is_refused_as_django_does(storage: MediaStorage) -> None:
    with pytest.raises(SuspiciousFileOperation, match="can not find an available filename"):
        storage.save("a/abc.extension", ContentFile(b"x"), max_length=8)


def test_a_store_that_cannot_refuse_gets_a_random_suffix_at_once() -> None:
    store = Counting(MemoryStore(traits=NOT_ATOMIC))
    storage = MediaStorage.over(store)
    names = {storage.save("a.txt", ContentFile(b"x")) for _ in range(20)}
    assert len(names) == 20
    assert "a.txt" not in names
    assert len(store.calls) == 20


def test_overwriting_replaces_and_keeps_the_name() -> None:
    storage = MediaStorage.over(MemoryStore(), overwrite=True)
    assert [storage.save("a.txt", ContentFile(data)) for data in (b"old", b"new")] == ["a.txt", "a.txt"]
    assert content(storage, "a.txt") == b"new"
    assert storage.is_name_available("a.txt")
    assert storage.exists("a.txt")


def test_whether_a_name_is_free_is_told_truly(storage: MediaStorage) -> None:
    storage.save("a.txt", ContentFile(b"x"))
    assert not storage.is_name_available("a.txt")
    assert storage.is_name_available("b.txt")
    assert not storage.is_name_available("b.txt", max_length=3)


def test_a_subclass_decides_on_names_and_content() -> None:
    class Dated(MediaStorage):
        def get_available_name(self, name: str, max_length: int | None = None) -> str:
            return super().get_available_name(f"2026/{name}", max_length)

        def _save(self, name: str, content: Any) -> str:
            return super()._save(name, ContentFile(content.read().upper()))

    storage = Dated.over(MemoryStore())
    assert storage.save("a.txt", ContentFile(b"x")) == "2026/a.txt"
    assert content(storage, "2026/a.txt") == b"X"


class Generator(ContentFile):  # type: ignore[type-arg]
    """Content that only tells itself in chunks, once."""

    def __init__(self, *pieces: bytes | str) -> None:
        super().__init__(b"")
        self.pieces = iter(pieces)

    def chunks(self, chunk_size: int | None = None) -> Any:
        return self.pieces


class Once(io.BytesIO):
    def seekable(self) -> bool:
        return False

    def seek(self, *args: Any) -> int:
        raise io.UnsupportedOperation("seek")


CONTENTS: dict[str, Callable[[], Any]] = {
    "bytes": lambda: ContentFile(b"x" * 1000),
    "text": lambda: ContentFile("x" * 1000),
    "text stream": lambda: io.StringIO("x" * 1000),
    "raw stream": lambda: io.BytesIO(b"x" * 1000),
    "stream that cannot seek": lambda: Once(b"x" * 1000),
    "chunks": lambda: Generator(b"x" * 600, "x" * 400),
    "upload in memory": lambda: SimpleUploadedFile("a.txt", b"x" * 1000),
    "upload of text": lambda: InMemoryUploadedFile(io.StringIO("x" * 1000), "f", "a.txt", "text/plain", 1000, "utf-8"),
}


@pytest.mark.parametrize("limit", [10, 10_000], ids=["through a temporary file", "in memory"])
@pytest.mark.parametrize("make", CONTENTS.values(), ids=CONTENTS)
def test_any_content_is_stored_also_when_the_first_name_is_taken(make: Callable[[], Any], limit: int) -> None:
    storage = MediaStorage.over(MemoryStore(), max_memory_size=limit)
    storage.save("a.txt", ContentFile(b"old"))
    given = make()
    name = storage.save("a.txt", given)
    assert name != "a.txt"
    assert content(storage, name) == b"x" * 1000
    assert not getattr(given, "closed", False)


def test_content_is_sent_from_its_start(storage: MediaStorage) -> None:
    given = io.BytesIO(b"0123456789")
    given.seek(5)
    assert content(storage, storage.save("a.txt", given)) == b"0123456789"


def test_a_large_upload_on_disk_is_sent_from_there(storage: MediaStorage) -> None:
    with TemporaryUploadedFile("big.bin", "application/x-big", 0, None) as upload:
        upload.write(os.urandom(1) * (6 * 2**20))
        storage.save("big.bin", upload)
        assert os.path.exists(upload.temporary_file_path())
    assert storage.size("big.bin") == 6 * 2**20
    assert storage.store.head("big.bin").headers.content_type == "application/x-big"


def test_chunks_that_break_store_nothing(storage: MediaStorage) -> None:
    def broken() -> Any:
        yield b"half"
        raise OSError("the client went away")

    given = ContentFile(b"x")
    setattr(given, "chunks", broken)  # noqa: B010 (an instance of its own kind)
    with pytest.raises(OSError, match="went away"):
        storage.save("a.txt", given)
    assert storage.listdir("") == ([], [])


def test_an_empty_file_is_a_file(storage: MediaStorage) -> None:
    storage.save("empty.txt", ContentFile(b""))
    assert (storage.size("empty.txt"), content(storage, "empty.txt")) == (0, b"")


@pytest.mark.parametrize(
    ("given", "name", "kind"),
    [
        (SimpleUploadedFile("a.bin", b"x", content_type="text/html"), "a.jpg", "image/jpeg"),
        (SimpleUploadedFile("a.bin", b"x", content_type="image/x-own"), "noname", "image/x-own"),
        (SimpleUploadedFile("a.bin", b"x", content_type="application/octet-stream"), "a.avif", "image/avif"),
        (ContentFile(b"x"), "a.webp", "image/webp"),
        (ContentFile(b"\x89PNG\r\n\x1a\n..."), "noname", "image/png"),
        (ContentFile(b"x"), "noname", "application/octet-stream"),
    ],
)
def test_the_content_type_comes_from_the_name_the_bytes_or_the_upload(given: Any, name: str, kind: str) -> None:
    storage = MediaStorage.over(MemoryStore(), cache_control="max-age=60")
    headers = storage.store.head(storage.save(name, given)).headers
    assert (headers.content_type, headers.cache_control) == (kind, "max-age=60")


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.xhtml", "a.xml", "a.js"])
def test_what_browsers_would_run_is_stored_as_a_download(name: str) -> None:
    storage = MediaStorage.over(MemoryStore())
    kept = storage.store.head(storage.save(name, ContentFile(b"<script>"))).headers
    assert kept.content_disposition == f'attachment; filename="{name}"'
    open_storage = MediaStorage.over(MemoryStore(), active_content="inline")
    assert open_storage.store.head(open_storage.save(name, ContentFile(b"<p>"))).headers.content_disposition is None


# ── reading and telling ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("method", ["size", "get_modified_time", "open"])
def test_a_missing_file_is_not_found_everywhere(storage: MediaStorage, method: str) -> None:
    with pytest.raises(FileNotFoundError):
        getattr(storage, method)("missing.txt")
    assert not storage.exists("missing.txt")
    storage.delete("missing.txt")
    assert storage.listdir("missing") == ([], [])


@pytest.mark.parametrize(
    "error",
    [AccessDeniedError("no"), UnavailableError("no"), BucketNotFoundError("no")],
    ids=lambda e: type(e).__name__,
)
def test_what_cannot_be_told_is_never_no(error: Exception) -> None:
    with pytest.raises(type(error)):
        MediaStorage.over(Failing(error)).exists("a.txt")


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/etc/passwd", "..", "a\0b", ""])
@pytest.mark.parametrize("method", ["open", "exists", "size", "get_modified_time", "listdir", "delete", "url", "save"])
def test_a_name_that_leads_out_is_refused_by_every_method(storage: MediaStorage, method: str, name: str) -> None:
    if (method, name) in {("listdir", ""), ("url", ""), ("delete", ""), ("url", "/etc/passwd")}:
        pytest.skip("Django gives this a meaning of its own")
    arguments = (name, ContentFile(b"x")) if method == "save" else (name,)
    with pytest.raises(SuspiciousFileOperation):
        getattr(storage, method)(*arguments)


def test_an_absolute_name_is_below_the_base_url_or_nowhere(storage: MediaStorage) -> None:
    assert storage.url("/etc/passwd") == "/media/etc/passwd"


def test_a_path_is_as_good_as_a_name(storage: MediaStorage) -> None:
    name: Any = Path("a/b.txt")
    assert storage.save(name, ContentFile(b"x")) == "a/b.txt"
    assert storage.exists(name)
    assert storage.size(name) == 1
    assert storage.url(name) == "/media/a/b.txt"
    assert content(storage, name) == b"x"
    assert storage.listdir(Path("")) == (["a"], [])  # type: ignore[arg-type]
    assert storage.listdir(Path("a")) == ([], ["b.txt"])  # type: ignore[arg-type]


def test_names_mean_what_they_mean_on_disk(storage: MediaStorage) -> None:
    storage.save("a/b.txt", ContentFile(b"x"))
    assert content(storage, "./a//c/../b.txt") == b"x"
    assert storage.listdir("./a/./.") == ([], ["b.txt"])


def test_folders_are_listed_also_of_a_store_that_cannot(storage: MediaStorage) -> None:
    class Flat(Wrapper):
        lacks = frozenset({ListsFolders})

    for name in ("a/b/1.txt", "a/2.txt", "a.txt", "ab/3.txt"):
        storage.save(name, ContentFile(b"x"))
    flat = MediaStorage.over(Flat(storage.store))
    for folder in ("", "a", "a/b", "ab"):
        assert [sorted(part) for part in flat.listdir(folder)] == [sorted(part) for part in storage.listdir(folder)]
    assert storage.listdir("a") == (["b"], ["2.txt"])


def test_more_files_than_a_page_are_listed(storage: MediaStorage) -> None:
    for number in range(1100):
        storage.store.put(f"many/{number:04}", b"")
    assert storage.listdir("many")[1] == [f"{number:04}" for number in range(1100)]


@pytest.mark.parametrize("use_tz", [True, False])
def test_times_are_utc_or_the_processs_own(storage: MediaStorage, use_tz: bool) -> None:
    storage.save("a.txt", ContentFile(b"x"))
    with override_settings(USE_TZ=use_tz, TIME_ZONE="Asia/Kathmandu"):
        now = datetime.now(timezone.utc) if use_tz else datetime.now()
        assert time.tzname[0] == "+0545"
        modified = storage.get_modified_time("a.txt")
        assert modified.tzinfo is (timezone.utc if use_tz else None)
        assert abs(modified - now) < timedelta(seconds=5)


def test_other_times_and_paths_do_not_exist(storage: MediaStorage) -> None:
    storage.save("a.txt", ContentFile(b"x"))
    for method in (storage.get_accessed_time, storage.get_created_time, storage.path):
        with pytest.raises(NotImplementedError):
            method("a.txt")


@pytest.mark.parametrize("name", ["", None])
def test_deleting_needs_a_name(storage: MediaStorage, name: Any) -> None:
    with pytest.raises(ValueError, match=r"The name must be given to delete\(\)\."):
        storage.delete(name)


# ── settings ─────────────────────────────────────────────────────────────────────────────────


def test_a_storages_entry_makes_it() -> None:
    with override_settings(STORAGES={"cloud": {"BACKEND": BACKEND, "OPTIONS": {"provider": "memory"}}}):
        storage = storages["cloud"]
        assert isinstance(storage, medialift.MediaStorage)
        assert storage.save("a.txt", ContentFile(b"x")) == "a.txt"
        assert storages["cloud"].exists("a.txt")


def test_no_options_read_the_aws_settings_and_their_changes() -> None:
    storage = MediaStorage()
    for bucket in ("first", "second"):
        with override_settings(AWS_STORAGE_BUCKET_NAME=bucket, AWS_S3_REGION_NAME="eu-west-1"):
            assert storage.options.spec.container == bucket
            assert storage.store.identity.container == bucket


def test_a_wrong_option_is_told_when_it_is_made() -> None:
    with pytest.raises(ConfigError, match="unknown option"):
        MediaStorage(bukcet="b")


def test_class_attributes_are_options() -> None:
    class Avatars(MediaStorage):
        bucket_name = "avatars"
        location = "small"
        file_overwrite = True

    assert (Avatars().options.spec.container, Avatars().options.spec.prefix) == ("avatars", "small")
    assert Avatars(location="large").options.spec.prefix == "large"
    assert Avatars().options.overwrite


def test_a_computed_option_is_refused() -> None:
    class Tenant(MediaStorage):
        bucket = "b"

        @property
        def location(self) -> str:
            return "tenant"

    with pytest.raises(ConfigError, match=r"Tenant\.location is computed"):
        _ = Tenant().options


# ── travelling ───────────────────────────────────────────────────────────────────────────────

SECRET_OPTIONS: dict[str, Any] = {
    "bucket": "b",
    "region": "eu-west-1",
    "access_key_id": "AKIAKEY",
    "secret_key": "TOPSECRET",
    "security_token": "TOKENSECRET",
    "proxies": {"https": "http://user:PROXYSECRET@proxy"},
}
SECRETS = ("AKIAKEY", "TOPSECRET", "TOKENSECRET", "PROXYSECRET")


def leaks(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def test_a_storage_of_the_settings_travels_by_its_alias() -> None:
    with override_settings(STORAGES={"cloud": {"BACKEND": BACKEND, "OPTIONS": SECRET_OPTIONS}}):
        storage = storages["cloud"]
        assert isinstance(storage, MediaStorage)
        assert storage.deconstruct() == (BACKEND, (), {"alias": "cloud"})
        assert pickle.loads(pickle.dumps(storage)) is storage
        assert MediaStorage(alias="cloud") == storage
        assert MediaStorage(alias="cloud").options.spec.credentials is not None
        assert leaks(repr(pickle.dumps(storage)) + repr(storage)) == []
        assert leaks(repr(storage.options).replace("AKIAKEY", "")) == []  # the key's name is no secret


def test_a_storage_of_its_own_travels_without_its_secrets() -> None:
    storage = MediaStorage(**SECRET_OPTIONS)
    assert storage.deconstruct() == (BACKEND, (), {"bucket": "b", "region": "eu-west-1"})
    arrived = pickle.loads(pickle.dumps(storage))
    assert arrived.options.spec.container == "b"
    assert arrived.options.spec.credentials is None
    assert leaks(repr(pickle.dumps(storage))) == []


def test_a_migration_holds_the_alias_and_nothing_else() -> None:
    with override_settings(STORAGES={"cloud": {"BACKEND": BACKEND, "OPTIONS": SECRET_OPTIONS}}):
        written, imports = MigrationWriter.serialize(models.FileField(storage=storages["cloud"]))
    assert "storage=medialift.storage.MediaStorage(alias='cloud')" in written
    assert "import medialift.storage" in imports
    assert leaks(written) == []


def test_an_alias_that_is_gone_breaks_no_migration_until_it_is_used() -> None:
    storage = MediaStorage(alias="gone")
    models.FileField(storage=storage)
    with pytest.raises(ConfigError, match="STORAGES has no entry 'gone'"):
        storage.exists("a.txt")


def test_storages_are_equal_if_they_are_the_same_place_in_the_same_way() -> None:
    one, same, other = (MediaStorage(bucket=bucket, region="eu-west-1") for bucket in ("a", "a", "b"))
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != MediaStorage(bucket="a", region="eu-west-1", overwrite=True)
    assert MediaStorage.over(MemoryStore()) != MediaStorage.over(MemoryStore())
    assert one != "a"


def test_an_open_store_cannot_travel(storage: MediaStorage) -> None:
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(storage)
