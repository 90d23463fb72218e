"""What ``manage.py test --parallel`` runs in :mod:`tests.storage.test_processes`: a site's tests that upload files."""

from __future__ import annotations

import os

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import TestCase


class Uploads:
    """Four uploads of one name; the storage was used before the runner forked."""

    def upload(self) -> None:
        data = os.urandom(100)
        name = default_storage.save("same.bin", ContentFile(data))
        with default_storage.open(name) as file:
            assert file.read() == data

    test_one = test_two = test_three = test_four = upload


class FirstProcess(Uploads, TestCase):
    pass


class SecondProcess(Uploads, TestCase):
    pass


assert not default_storage.exists("used-before-the-fork")
