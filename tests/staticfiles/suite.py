"""The process in which Django's own tests for static files run: ``python -m tests.staticfiles.suite FOLDER``.

Prints one JSON object: how each test ended. Django's test module is imported as it is, with our storages in the
place of ``StaticFilesStorage`` and ``ManifestStaticFilesStorage``, over a store on the disk: the tests look there.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import unittest
from typing import Any

from medialift.stores.base import ObjectStore
from medialift.stores.filesystem import FilesystemStore
from medialift.stores.spec import StoreSpec

MODULE = "staticfiles_tests.test_storage"


class Nothing:
    """Django's tests remove their folders themselves."""

    def empty(self) -> None:
        return None


def adapted(kind: Any) -> Any:
    """*kind* with the arguments of Django's storages, and ``STATIC_ROOT`` as its place, wherever that is now."""
    from django.conf import settings

    from medialift.conf.resolve import MediaOptions

    nowhere = tempfile.mkdtemp()

    class Adapted(kind):  # type: ignore[misc]
        _place = ""

        def __init__(self, location: Any = None, base_url: Any = None, **options: Any) -> None:
            self._location, self.base_url = location, base_url
            super().__init__(**{name: value for name, value in options.items() if name == "manifest_storage"})

        @property
        def location(self) -> str:
            return os.path.abspath(self._location or settings.STATIC_ROOT or nowhere)

        @property
        def store(self) -> ObjectStore:
            os.makedirs(self.location, exist_ok=True)
            return FilesystemStore(self.location)

        @property
        def options(self) -> MediaOptions:
            base = self.base_url or settings.STATIC_URL
            return MediaOptions(StoreSpec("memory", "static"), access="public", overwrite=True, base_url=base)

        @property
        def _is_collecting(self) -> bool:
            if self._place != self.location:  # each test has a place of its own, and one storage serves them all
                self._place, self._listed_at = self.location, -1e9
                self._doomed.clear()
            return bool(super()._is_collecting)

        def path(self, name: str) -> str:
            """Only for tests that look at the disk themselves: the storage has no paths."""
            return os.path.join(self.location, name)

    return Adapted


def main(folder: str) -> None:
    sys.path.insert(0, folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.staticfiles.suite_settings"
    import django
    import django.contrib.staticfiles.storage as package

    django.setup()
    from medialift.staticfiles import ManifestStaticStorage, StaticStorage
    from tests.django_suite.harness import run

    package.StaticFilesStorage = adapted(StaticStorage)  # type: ignore[misc]
    package.ManifestStaticFilesStorage = adapted(ManifestStaticStorage)  # type: ignore[misc]
    suite = unittest.defaultTestLoader.loadTestsFromName(MODULE)
    print(json.dumps(run(unittest.TestSuite([suite]), Nothing())))  # type: ignore[arg-type]


if __name__ == "__main__":
    main(*sys.argv[1:])
