"""What MediaStorage does alike on every hosted service that is spoken to in its own way."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile

from medialift.storage import MediaStorage

BULK = 100

if TYPE_CHECKING:
    from django.test import SimpleTestCase as Base
else:
    Base = object  # only who is mixed with it is a test case: this one would be run too


class HostedStorage(Base):
    """Beside a ``TestCase`` whose ``setUp`` opens ``storage``, in an empty folder."""

    storage: MediaStorage

    def test_listdir(self) -> None:
        for name in ("a/one.txt", "a/b/two.txt", "three.txt"):
            self.storage.save(name, ContentFile(b"1"))
        folders, files = self.storage.listdir("")
        self.assertEqual((folders, len(files)), (["a"], 1))
        self.assertEqual(self.storage.listdir("a")[0], ["b"])

    def test_exists_is_about_files_and_not_about_folders(self) -> None:
        self.storage.save("a/one.txt", ContentFile(b"1"))
        self.assertEqual([self.storage.exists(name) for name in ("a", "a/two.txt")], [False, False])

    def test_path_traversal_is_prevented(self) -> None:
        for name in ("../out.txt", "a/../../out.txt", "/etc/passwd", "..", "a/../../../b"):
            with self.subTest(name):
                for call in (self.storage.open, self.storage.delete, self.storage.exists, self.storage.size):
                    with self.assertRaises(SuspiciousFileOperation):
                        call(name)
                with self.assertRaises(SuspiciousFileOperation):
                    self.storage.save(name, ContentFile(b"1"))

    def test_an_error_in_a_with_block_publishes_nothing(self) -> None:
        with self.assertRaises(ZeroDivisionError), self.storage.open("half.txt", "wb") as file:
            file.write(b"half")
            raise ZeroDivisionError
        self.assertFalse(self.storage.exists("half.txt"))

    def test_bulk_upload(self) -> None:
        bodies = [os.urandom(10_000) for _ in range(BULK)]
        start = time.perf_counter()
        with ThreadPoolExecutor(8) as pool:
            names = list(pool.map(lambda body: self.storage.save("bulk/file.bin", ContentFile(body)), bodies))
        seconds = time.perf_counter() - start
        print(f"\nbulk upload: {BULK / seconds:.0f} files of 10 kB per second from 8 threads", file=sys.stderr)
        self.assertEqual(len(set(names)), BULK)
        self.assertEqual(len(self.storage.listdir("bulk")[1]), BULK)
        self.assertEqual(self.storage.open(names[-1]).read(), bodies[-1])
