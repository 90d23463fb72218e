"""MediaStorage on Supabase, as a site uses it.

From the project's root, on the stand-in server::

    python manage.py test tests.test_supabase_storage
    python manage.py test tests.test_supabase_storage.SupabaseStorageTestCase.test_save_file_success

On a real project, in a folder of its own that is emptied afterwards (the bucket must be private)::

    MEDIALIFT_TEST_LIVE=supabase SUPABASE_URL=https://PROJECT.supabase.co SUPABASE_SERVICE_KEY=… \\
    SUPABASE_API_KEY=… SUPABASE_STORAGE_BUCKET=… python manage.py test tests.test_supabase_storage
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, ClassVar

import httpx
from django.core.files.base import ContentFile
from django.test import SimpleTestCase

from medialift.errors import AccessDeniedError, ConfigError
from medialift.storage import MediaStorage
from medialift.testing.supabase import Project, SupabaseServer
from tests.hosted_storage import HostedStorage

LIVE = os.environ.get("MEDIALIFT_TEST_LIVE") == "supabase"
BUCKET = "media"


class SupabaseStorageTestCase(HostedStorage, SimpleTestCase):
    """Every test has a folder of its own in one private bucket."""

    environment: ClassVar[Mapping[str, str]]
    project: ClassVar[Project]
    _server: ClassVar[ExitStack]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls._server = ExitStack()
        cls.addClassCleanup(cls._server.close)
        cls.environment = os.environ if LIVE else cls._stand_in()

    @classmethod
    def _stand_in(cls) -> Mapping[str, str]:
        server = cls._server.enter_context(SupabaseServer())
        server.project.make_bucket(BUCKET)
        cls.project = server.project
        return {
            "SUPABASE_URL": server.url,
            "SUPABASE_API_KEY": server.project.anon_key,
            "SUPABASE_SERVICE_KEY": server.project.service_key,
            "SUPABASE_STORAGE_BUCKET": BUCKET,
        }

    def setUp(self) -> None:
        self.folder = f"medialift-test/{uuid.uuid4().hex}"
        self.storage = self.opened(service_key=self.environment["SUPABASE_SERVICE_KEY"])
        self.addCleanup(self._empty)

    def opened(self, **options: Any) -> MediaStorage:
        """A storage in this test's folder."""
        where = {"bucket": self.environment["SUPABASE_STORAGE_BUCKET"], "prefix": self.folder}
        storage = MediaStorage(
            provider="supabase", endpoint_url=self.environment["SUPABASE_URL"], **{**where, **options}
        )
        self.addCleanup(lambda: storage.store.close())
        return storage

    def _empty(self) -> None:
        keys = [info.key for info in self.storage.store.list()]
        self.assertEqual(list(self.storage.store.delete_many(keys)), [])

    # ── saving and reading ───────────────────────────────────────────────────────────────────

    def test_save_file_success(self) -> None:
        name = self.storage.save("species/panthera.txt", ContentFile(b"roar"))
        self.assertTrue(name.startswith("species/panthera"))
        self.assertTrue(self.storage.exists(name))
        self.assertEqual(self.storage.size(name), 4)
        with self.storage.open(name) as file:
            self.assertEqual(file.read(), b"roar")

    def test_save_keeps_both_files_of_one_name(self) -> None:
        names = [self.storage.save("cat.jpg", ContentFile(body)) for body in (b"one", b"two")]
        self.assertEqual(len(set(names)), 2)
        self.assertEqual([self.storage.open(name).read() for name in names], [b"one", b"two"])

    def test_save_over_a_file_where_that_is_wanted(self) -> None:
        storage = self.opened(service_key=self.environment["SUPABASE_SERVICE_KEY"], overwrite=True)
        self.assertEqual(storage.save("logo.png", ContentFile(b"old")), "logo.png")
        self.assertEqual(storage.save("logo.png", ContentFile(b"new")), "logo.png")
        self.assertEqual(storage.open("logo.png").read(), b"new")

    def test_any_name_is_kept(self) -> None:
        names = [self.storage.save(name, ContentFile(name.encode())) for name in ("été 日本 (1)~?.jpg", "a%41#[x].txt")]
        self.assertEqual(sorted(self.storage.listdir("")[1]), sorted(names))
        for name in names:
            with self.storage.open(name) as file:
                self.assertTrue(file.read())

    def test_large_file(self) -> None:
        body = os.urandom(1024) * 7 * 1024
        name = self.storage.save("film.mp4", ContentFile(body))
        with self.storage.open(name) as file:
            file.seek(-1024, os.SEEK_END)
            self.assertEqual(file.read(), body[-1024:])

    def test_content_type_is_told_to_browsers(self) -> None:
        name = self.storage.save("names.csv", ContentFile(b"a,b"))
        answer = httpx.get(self.storage.url(name))
        self.assertEqual((answer.headers["content-type"], answer.text), ("text/csv", "a,b"))

    def test_a_page_that_a_visitor_uploads_is_served_as_text(self) -> None:
        name = self.storage.save("note.html", ContentFile(b"<script>steal()</script>"))
        self.assertEqual(httpx.get(self.storage.url(name)).headers["content-type"], "text/plain")

    # ── deleting and existence ───────────────────────────────────────────────────────────────

    def test_delete(self) -> None:
        name = self.storage.save("gone.txt", ContentFile(b"1"))
        self.storage.delete(name)
        self.assertFalse(self.storage.exists(name))
        self.storage.delete(name)
        with self.assertRaises(FileNotFoundError):
            self.storage.open(name)

    def test_what_cannot_be_told_is_not_a_missing_file(self) -> None:
        name = self.storage.save("private.txt", ContentFile(b"1"))
        anybody = self.opened(api_key=self.environment["SUPABASE_API_KEY"])
        with self.assertRaises(AccessDeniedError) as caught:
            anybody.exists(name)
        self.assertIn("SUPABASE_SERVICE_KEY", caught.exception.hint)

    def test_the_anon_key_is_enough_to_read_a_public_bucket(self) -> None:
        if LIVE:
            self.skipTest("needs a public bucket beside the private one")
        self.project.make_bucket("open", public=True)
        name = self.opened(service_key=self.environment["SUPABASE_SERVICE_KEY"], bucket="open").save(
            "logo.txt", ContentFile(b"for everybody")
        )
        anybody = self.opened(api_key=self.environment["SUPABASE_API_KEY"], bucket="open", access="public")
        with anybody.open(name) as file:
            self.assertEqual(file.read(), b"for everybody")
        self.assertEqual((anybody.exists(name), anybody.exists("other.txt"), anybody.size(name)), (True, False, 13))
        self.assertEqual(httpx.get(anybody.url(name)).content, b"for everybody")
        with self.assertRaises(PermissionError):
            anybody.save("mine.txt", ContentFile(b"1"))

    # ── addresses ────────────────────────────────────────────────────────────────────────────

    def test_signed_url_serves_the_file_without_a_key(self) -> None:
        name = self.storage.save("été (1).txt", ContentFile(b"signed"))
        self.assertEqual(httpx.get(self.storage.url(name)).content, b"signed")
        self.assertNotEqual(httpx.get(self.storage.url(name).partition("?")[0]).status_code, 200)

    def test_download_url_names_the_file(self) -> None:
        name = self.storage.save("x.txt", ContentFile(b"1"))
        answer = httpx.get(self.storage.url(name, filename="report.txt"))
        self.assertIn("report.txt", answer.headers["content-disposition"])

    def test_public_url_is_plain(self) -> None:
        public = self.opened(service_key=self.environment["SUPABASE_SERVICE_KEY"], access="public")
        bucket = self.environment["SUPABASE_STORAGE_BUCKET"]
        self.assertTrue(public.url("a b.txt").endswith(f"/storage/v1/object/public/{bucket}/{self.folder}/a%20b.txt"))

    def test_no_address_holds_a_key(self) -> None:
        name = self.storage.save("x.txt", ContentFile(b"1"))
        self.assertNotIn(self.environment["SUPABASE_SERVICE_KEY"], self.storage.url(name))

    # ── what must not happen ─────────────────────────────────────────────────────────────────

    def test_the_anon_key_in_the_place_of_the_service_key_is_told(self) -> None:
        storage = MediaStorage(
            provider="supabase",
            endpoint_url=self.environment["SUPABASE_URL"],
            bucket=self.environment["SUPABASE_STORAGE_BUCKET"],
            service_key=self.environment["SUPABASE_API_KEY"],
        )
        with self.assertRaisesMessage(ConfigError, "anon (publishable) key"):
            storage.exists("x")
