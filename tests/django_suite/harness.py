"""The process in which Django's own tests run: ``python -m tests.django_suite.harness FOLDER LANE``.

Prints one JSON object: how each test ended. Django's test modules are imported as they are, with
our storage in the place of the one that they test.
"""

from __future__ import annotations

import fnmatch
import itertools
import json
import os
import sys
import tempfile
import unittest
from collections.abc import Iterator
from typing import Any
from unittest import mock

from medialift import stores
from medialift.stores.base import ObjectStore
from medialift.stores.memory import MemoryStore
from medialift.stores.spec import Credentials, Secret, StoreSpec

MODULES = (
    "file_storage.tests",
    "file_storage.test_inmemory_storage",
    "file_uploads.tests",
    "model_fields.test_filefield",
    "model_fields.test_imagefield",
)
BASE_MODULES = ("file_storage.test_base", "file_storage.test_generate_filename")
"""These test ``Storage`` itself: our class takes its place while they are imported."""


class Lane:
    """Where the files of one run go: ``memory``, ``filesystem``, or a bucket of the server with this name.

    Each folder that a test names is a store of its own. Object stores are emptied after each test,
    because Django's tests clean up by removing folders, and used again, because clients are dear.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._used: dict[str, ObjectStore] = {}
        self._free: list[ObjectStore] = []
        self._numbers = itertools.count()

    def open_at(self, location: str) -> ObjectStore:
        os.makedirs(location, exist_ok=True)  # Django's tests remove it, whatever was kept there
        if self.name == "filesystem":
            return stores.open_store(StoreSpec("filesystem", location))
        if location not in self._used:
            self._used[location] = self._free.pop() if self._free else self._open(f"folder-{next(self._numbers)}")
        return self._used[location]

    def empty(self) -> None:
        for store in self._used.values():
            errors = list(store.delete_many([info.key for info in store.list()]))
            assert not errors, errors
        self._free += self._used.values()
        self._used.clear()

    def _open(self, folder: str) -> ObjectStore:
        if self.name == "memory":
            return MemoryStore(folder)
        told = json.loads(os.environ["MEDIALIFT_SUITE_SERVER"])
        secret = told.pop("secret_access_key")
        credentials = Credentials(told.pop("access_key_id"), Secret(secret))
        return stores.open_store(StoreSpec(prefix=folder, credentials=credentials, **told))


class Outcomes(unittest.TextTestResult):
    """Collects how each test ended; a failed subtest is a failed test."""

    def __init__(self, lane: Lane, stream: Any) -> None:
        super().__init__(stream, False, 0)
        self.lane = lane
        self.ends: dict[str, str] = {}

    def stopTest(self, test: unittest.TestCase) -> None:
        super().stopTest(test)
        self.lane.empty()

    def addSuccess(self, test: unittest.TestCase) -> None:
        self.ends.setdefault(test.id(), "passed")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        self.ends[test.id()] = "skipped"

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        self.ends[test.id()] = self._exc_info_to_string(err, test)  # type: ignore[attr-defined]

    addError = addFailure

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:
        if err is not None:
            self.addFailure(test, err)


def load(lane: Lane) -> unittest.TestSuite:
    """Django's tests with our storage in them."""
    import django
    import django.core.files.storage as package

    from tests.django_suite.adapter import Adapter, EmptyAdapter

    Adapter.open_at = staticmethod(lane.open_at)
    package.FileSystemStorage = Adapter  # type: ignore[misc, assignment]
    package.InMemoryStorage = EmptyAdapter  # type: ignore[misc, assignment]
    django.setup()
    loader = unittest.TestLoader()
    suite = unittest.TestSuite(loader.loadTestsFromName(name) for name in MODULES)
    with mock.patch.object(package, "Storage", Adapter):
        suite.addTests(loader.loadTestsFromName(name) for name in BASE_MODULES)
    return suite


def run(suite: unittest.TestSuite, lane: Lane) -> dict[str, str]:
    from django.test.utils import get_runner

    runner = get_runner(_settings())(verbosity=0, interactive=False)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    try:
        with open(os.devnull, "w") as nowhere:
            outcomes = Outcomes(lane, unittest.runner._WritelnDecorator(nowhere))
            suite.run(outcomes)
    finally:
        runner.teardown_databases(databases)
        runner.teardown_test_environment()
    return outcomes.ends


def _settings() -> Any:
    from django.conf import settings

    return settings


def only(suite: unittest.TestSuite, pattern: str) -> Iterator[unittest.TestCase]:
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from only(test, pattern)
        elif fnmatch.fnmatch(test.id(), pattern):
            yield test


def main(folder: str, lane_name: str, pattern: str = "*") -> None:
    lane = Lane(lane_name)
    sys.path.insert(0, folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.django_suite.settings"
    # Django's runner gives its tests a temporary folder of their own; some look into MEDIA_ROOT's default, "".
    os.chdir(tempfile.mkdtemp())
    print(json.dumps(run(unittest.TestSuite(only(load(lane), pattern)), lane)))


if __name__ == "__main__":
    main(*sys.argv[1:])
