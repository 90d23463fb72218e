"""MediaStorage on Cloudinary, as a site uses it.

From the project's root, on the stand-in server::

    python manage.py test tests.test_cloudinary_storage

On a real account, in a folder of its own that is emptied afterwards::

    MEDIALIFT_TEST_LIVE=cloudinary CLOUDINARY_URL=cloudinary://KEY:SECRET@CLOUD \\
    python manage.py test tests.test_cloudinary_storage
"""

from __future__ import annotations

import base64
import os
import uuid
from contextlib import ExitStack
from typing import Any, ClassVar
from unittest import mock

import httpx
from django.core.files.base import ContentFile
from django.test import SimpleTestCase

from medialift.errors import CredentialsError
from medialift.storage import MediaStorage
from medialift.stores.base import capability
from medialift.stores.resizing import ImageUrls
from medialift.testing.cloudinary import Account, CloudinaryServer
from tests.hosted_storage import HostedStorage

LIVE = os.environ.get("MEDIALIFT_TEST_LIVE") == "cloudinary"
GIF = base64.b64decode("R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=")
"""One pixel: what a real account takes for an image, too."""


class CloudinaryStorageTestCase(HostedStorage, SimpleTestCase):
    """Every test has a folder of its own in one cloud."""

    _server: ClassVar[ExitStack]
    _account: ClassVar[dict[str, str]]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls._server = ExitStack()
        cls.addClassCleanup(cls._server.close)
        cls._account = {}
        if not LIVE:
            room = dict.fromkeys(("image", "video", "raw"), 2**30)
            server = cls._server.enter_context(CloudinaryServer(Account(largest=room, withholds=False)))
            variables = {"CLOUDINARY_URL": server.cloudinary_url}
            cls._server.enter_context(mock.patch.dict(os.environ, variables))
            cls._account = {"custom_domain": server.host, "url_protocol": "http"}

    def setUp(self) -> None:
        self.folder = f"medialift-test/{uuid.uuid4().hex}"
        self.storage = self.opened(access="private")
        self.public = self.opened(access="public")
        self.addCleanup(self._empty)

    def opened(self, **options: Any) -> MediaStorage:
        """A storage in this test's folder."""
        storage = MediaStorage(provider="cloudinary", prefix=self.folder, **{**self._account, **options})
        self.addCleanup(lambda: storage.store.close())
        return storage

    def _empty(self) -> None:
        for storage in (self.storage, self.public):
            keys = [info.key for info in storage.store.list()]
            self.assertEqual(list(storage.store.delete_many(keys)), [])

    # ── saving and reading ───────────────────────────────────────────────────────────────────

    def test_save_file_success(self) -> None:
        for name, body in {"a/cat.gif": GIF, "a/cat.txt": b"text", "a/report.pdf": b"%PDF-1.7", "cat": b"1"}.items():
            with self.subTest(name):
                saved = self.storage.save(name, ContentFile(body))
                self.assertTrue(self.storage.exists(saved))
                self.assertEqual(self.storage.size(saved), len(body))
                with self.storage.open(saved) as file:
                    self.assertEqual(file.read(), body)

    def test_save_keeps_both_files_of_one_name(self) -> None:
        names = [self.storage.save("cat.gif", ContentFile(body)) for body in (GIF, GIF + b"\0")]
        self.assertEqual(len(set(names)), 2)
        self.assertEqual([self.storage.open(name).read() for name in names], [GIF, GIF + b"\0"])

    def test_save_over_a_file_where_that_is_wanted(self) -> None:
        storage = self.opened(access="private", overwrite=True)
        self.assertEqual(storage.save("notes.txt", ContentFile(b"old")), "notes.txt")
        self.assertEqual(storage.save("notes.txt", ContentFile(b"new")), "notes.txt")
        self.assertEqual(storage.open("notes.txt").read(), b"new")

    def test_names_that_differ_in_their_extension_only_are_two_files(self) -> None:
        storage = self.opened(access="private", overwrite=True)
        for name, body in {"cat.gif": GIF, "cat.txt": b"text", "cat": b"none"}.items():
            storage.save(name, ContentFile(body))
        self.assertEqual(sorted(storage.listdir("")[1]), ["cat", "cat.gif", "cat.txt"])
        self.assertEqual(storage.open("cat.gif").read(), GIF)

    def test_any_name_is_kept(self) -> None:
        names = [
            self.storage.save(name, ContentFile(name.encode())) for name in ("été 日本 (1)~?&.txt", "a%41#[x].txt")
        ]
        self.assertEqual(sorted(self.storage.listdir("")[1]), sorted(names))
        for name in names:
            with self.storage.open(name) as file:
                self.assertTrue(file.read())

    def test_what_is_no_image_is_kept_all_the_same(self) -> None:
        for body in (b"no image at all", b""):
            name = self.storage.save("broken.jpg", ContentFile(body))
            self.assertEqual((self.storage.open(name).read(), self.storage.size(name)), (body, len(body)))

    def test_large_file(self) -> None:
        body = os.urandom(1024) * (9_000 if LIVE else 20_001)  # a free account takes 10 MB
        name = self.storage.save("film.bin", ContentFile(body))
        with self.storage.open(name) as file:
            file.seek(-1024, os.SEEK_END)
            self.assertEqual(file.read(), body[-1024:])

    # ── deleting and existence ───────────────────────────────────────────────────────────────

    def test_delete(self) -> None:
        name = self.storage.save("gone.gif", ContentFile(GIF))
        self.storage.delete(name)
        self.assertFalse(self.storage.exists(name))
        self.storage.delete(name)
        with self.assertRaises(FileNotFoundError):
            self.storage.open(name)

    def test_public_and_private_files_of_one_name_are_two(self) -> None:
        self.public.save("cat.gif", ContentFile(GIF))
        self.assertEqual(self.storage.listdir("")[1], [])

    # ── addresses ────────────────────────────────────────────────────────────────────────────

    def test_signed_url_serves_the_file_without_a_key(self) -> None:
        for name, body in {"été (1).txt": b"signed", "cat.gif": GIF}.items():
            saved = self.storage.save(name, ContentFile(body))
            self.assertEqual(httpx.get(self.storage.url(saved), follow_redirects=True).content, body)

    def test_private_files_are_private(self) -> None:
        name = self.storage.save("cat.gif", ContentFile(GIF))
        self.assertNotEqual(httpx.get(self.storage.url(name).partition("?")[0]).status_code, 200)
        self.assertNotEqual(httpx.get(self.public.url(name)).status_code, 200)

    def test_public_url_serves_the_file(self) -> None:
        for name, body in {"a b/cat.gif": GIF, "a b/notes.txt": b"text", "plain.gif": GIF}.items():
            saved = self.public.save(name, ContentFile(body))
            self.assertEqual(httpx.get(self.public.url(saved)).content, body)

    def test_an_image_is_asked_for_in_another_size(self) -> None:
        images = capability(self.public.store, ImageUrls)
        assert images is not None
        name = self.public.save("cat.gif", ContentFile(GIF))
        answer = httpx.get(images.image_url(name, width=1, resize="scale"))
        self.assertIn(answer.status_code, (200,) if LIVE else (501,))

    def test_no_address_holds_the_secret(self) -> None:
        secret = os.environ["CLOUDINARY_URL"].partition("://")[2].partition("@")[0].partition(":")[2]
        for storage in (self.storage, self.public):
            self.assertNotIn(secret, storage.url("x.gif"))

    # ── what must not happen ─────────────────────────────────────────────────────────────────

    def test_a_wrong_secret_is_told_and_is_no_missing_file(self) -> None:
        secret = os.environ["CLOUDINARY_URL"].partition("://")[2].partition("@")[0].partition(":")[2]
        line = os.environ["CLOUDINARY_URL"].replace(f":{secret}@", ":wrong@")
        with mock.patch.dict(os.environ, {"CLOUDINARY_URL": line}):
            storage = self.opened(access="private")
            with self.assertRaises(CredentialsError) as caught:
                storage.exists("x")
        self.assertIn("CLOUDINARY_URL", caught.exception.hint)
