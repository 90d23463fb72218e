"""Stores that keep or tell the wrong things beside the bytes."""

from __future__ import annotations

import gzip
import mmap
import os
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import quote

from medialift.errors import NotFoundError, StoreError, UnavailableError
from medialift.stores.base import Folder
from medialift.stores.memory import MemoryDownload
from medialift.types import NO_HEADERS, StoreIdentity, Unlisted
from tests.testing.sabotage.base import Any, Body, Broken, Download, Headers, ObjectInfo, Stored, download

SECRET = "wJalrXUtnFEMI"

# ── headers ──────────────────────────────────────────────────────────────────────────────────


class StoresTheFraming(Broken):
    noticed_by = ("test_headers_never_change_the_body",)

    def put(self, key: str, body: Body, *, headers: Headers = NO_HEADERS, **options: Any) -> Stored:
        if headers.metadata and isinstance(body, bytes):
            body = b"%x\r\n%s\r\n0\r\n" % (len(body), body)
        return super().put(key, body, headers=headers, **options)


class KeepsTheTypeOnly(Broken):
    noticed_by = ("test_a_header_is_kept", "test_metadata_is_kept", "test_a_body_in_parts_keeps_its_headers")

    def kept(self, headers: Headers) -> Headers:
        return Headers(content_type=headers.content_type)


class GuessesTheType(Broken):
    noticed_by = ("test_a_header_is_kept", "test_replacing_an_object_replaces_its_headers")

    def kept(self, headers: Headers) -> Headers:
        return replace(headers, content_type="application/octet-stream")


class LosesCharacters(Broken):
    noticed_by = ("test_a_disposition_outside_ascii_is_kept",)

    def kept(self, headers: Headers) -> Headers:
        text = headers.content_disposition
        return replace(headers, content_disposition=text and text.encode("ascii", "ignore").decode())


class Decompresses(Broken):
    noticed_by = ("test_an_encoded_body_stays_encoded",)

    def leaving(self, opened: MemoryDownload, start: int, length: int | None) -> Download:
        if opened.info.headers.content_encoding == "gzip":
            return download(gzip.decompress(opened.read()), opened.info)
        return opened


class CapitalisesMetadata(Broken):
    noticed_by = ("test_metadata_is_kept",)

    def kept(self, headers: Headers) -> Headers:
        return replace(headers, metadata={name.title(): value for name, value in headers.metadata.items()})


class GetTellsNoHeaders(Broken):
    noticed_by = ("test_get_tells_the_headers_too",)

    def leaving(self, opened: MemoryDownload, start: int, length: int | None) -> Download:
        return download(opened.read(), replace(opened.info, headers=NO_HEADERS))


class MergesHeaders(Broken):
    noticed_by = ("test_replacing_an_object_replaces_its_headers",)

    def put(self, key: str, body: Body, *, headers: Headers = NO_HEADERS, **options: Any) -> Stored:
        if key in self._objects:
            old = self._objects[key].headers
            headers = replace(old, content_type=headers.content_type, metadata={**old.metadata, **headers.metadata})
        return super().put(key, body, headers=headers, **options)


# ── versions and errors ──────────────────────────────────────────────────────────────────────


class CannotBePickled(Broken):
    noticed_by = ("test_the_identity_can_be_printed_hashed_and_pickled",)

    def __init__(self, *args: Any, **options: Any) -> None:
        class Local(StoreIdentity):
            def __reduce__(self) -> Any:
                raise TypeError("cannot pickle this")

        super().__init__(*args, **options)
        self.identity = Local("memory", "memory")


class ChangesItsIdentity(Broken):
    noticed_by = ("test_the_identity_stays",)

    def delete(self, key: str) -> None:
        super().delete(key)
        self.identity = replace(self.identity, endpoint="http://10.0.0.7")


class PrintsItsSecret(Broken):
    noticed_by = ("test_no_secret_is_printed",)

    def __repr__(self) -> str:
        return f"PrintsItsSecret(secret_access_key={SECRET!r})"


class TellsItsSecretInErrors(Broken):
    noticed_by = ("test_no_secret_is_printed",)

    def head(self, key: str) -> ObjectInfo:
        try:
            return super().head(key)
        except NotFoundError as error:
            error.hint = f"Check AWS_SECRET_ACCESS_KEY={SECRET}."
            raise


class CountsItsEtags(Broken):
    noticed_by = ("test_the_etag_is_the_md5_where_the_store_says_so",)

    def _etag(self, data: bytes) -> str:
        return f"{next(self._versions):032x}"


class KnowsObjectsByTheirSize(Broken):
    noticed_by = ("test_the_fingerprint_changes_with_the_object",)

    def told(self, info: ObjectInfo) -> ObjectInfo:
        return replace(info, fingerprint=str(info.size))


class ChangesFingerprintsByItself(Broken):
    noticed_by = ("test_the_fingerprint_changes_with_the_object",)

    def told(self, info: ObjectInfo) -> ObjectInfo:
        return replace(info, fingerprint=f"{info.fingerprint}-{next(self._versions)}")


class TellsLocalTimeAsUtc(Broken):
    noticed_by = ("test_the_time_of_the_last_change_is_told",)

    def told(self, info: ObjectInfo) -> ObjectInfo:
        return replace(info, modified=datetime.now(timezone.utc) + timedelta(hours=2))


class TellsNoTime(Broken):
    noticed_by = ("test_the_time_of_the_last_change_is_told",)

    def told(self, info: ObjectInfo) -> ObjectInfo:
        return replace(info, modified=None)


class SaysOnlyThatItFailed(Broken):
    noticed_by = ("test_an_error_says_what_happened",)

    def _where(self, operation: str, key: str) -> dict[str, str]:
        return {}


class RaisesWhatCannotCrossProcesses(Broken):
    noticed_by = ("test_an_error_crosses_processes",)

    def head(self, key: str) -> ObjectInfo:
        try:
            return super().head(key)
        except StoreError as error:
            error.response = threading.Lock()  # type: ignore[attr-defined]
            raise


# ── processes ────────────────────────────────────────────────────────────────────────────────


class HangsInAChild(Broken):
    noticed_by = ("test_a_forked_child_works_or_is_told_at_once",)
    fork_timeout = 1

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.home = os.getpid()

    def get(self, key: str, **options: Any) -> Download:
        if os.getpid() != self.home:
            time.sleep(60)
        return super().get(key, **options)


class ReadsSomebodyElsesAnswerInAChild(HangsInAChild):
    noticed_by = ("test_a_forked_child_works_or_is_told_at_once",)

    def get(self, key: str, **options: Any) -> Download:
        if os.getpid() != self.home:
            return download(b"<html>", ObjectInfo(key, 6))
        return super().get(key, **options)


class BreaksTheParentsConnection(HangsInAChild):
    noticed_by = ("test_the_parent_goes_on_after_a_fork",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.shared = mmap.mmap(-1, 1)

    def get(self, key: str, **options: Any) -> Download:
        if os.getpid() != self.home:
            self.shared[0] = 1
        elif self.shared[0]:
            raise UnavailableError("the connection is out of step")
        return super().get(key, **options)


# ── abilities ────────────────────────────────────────────────────────────────────────────────


class DoesNotQuoteUrls(Broken):
    noticed_by = ("test_a_public_url_names_the_object", "test_urls_of_keys_that_lead_out_are_refused")

    def public_url(self, key: str) -> str:
        return f"https://example.org/{key}"


class SignsTheWrongObject(Broken):
    noticed_by = (
        "test_a_signed_url_names_the_object_and_no_secret",
        "test_signing_for_longer_than_is_honoured_is_refused",
    )

    def signed_url(self, key: str, *, expires: timedelta, method: str = "GET", **options: Any) -> str:
        return f"https://example.org/{quote(key[1:])}?expires={expires.total_seconds()}"


class SignsWithTheSecretItself(Broken):
    noticed_by = ("test_a_signed_url_names_the_object_and_no_secret",)

    def signed_url(self, key: str, *, expires: timedelta, method: str = "GET", **options: Any) -> str:
        return f"https://example.org/{quote(key)}?token={SECRET}"


class TellsAPathWithoutAFile(Broken):
    noticed_by = ("test_a_path_is_that_of_the_objects_file",)

    def path_of(self, key: str) -> str:
        return str(Path("/nonexistent") / key)


class EmptiesTheBucketItMakes(Broken):
    noticed_by = ("test_making_the_bucket_again_is_no_error",)

    def make_bucket(self) -> None:
        self._objects.clear()


class TellsObjectsAsUnlisted(Broken):
    noticed_by = ("test_what_was_put_is_never_unlisted",)

    def unlisted(self, prefix: str = "") -> list[Unlisted]:
        return [Unlisted(key, "an object") for key in self._objects]


class SeesWritersEverywhere(Broken):
    noticed_by = ("test_what_was_put_is_not_being_written",)

    def is_being_written(self, key: str) -> bool:
        return True


class ListsDeeperLevels(Broken):
    noticed_by = ("test_one_level_is_listed",)

    def list_folder(self, prefix: str = "") -> Folder:
        return replace(super().list_folder(prefix), objects=tuple(self.list(prefix)))
