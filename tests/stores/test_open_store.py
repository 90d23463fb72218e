"""A spec opens its store, and a driver is imported only when a store needs it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from medialift.errors import ConfigError, MissingExtraError
from medialift.stores import open_store
from medialift.stores.extras import missing_extra
from medialift.stores.filesystem import FilesystemStore
from medialift.stores.memory import MemoryStore
from medialift.stores.s3 import S3Store
from medialift.stores.spec import StoreSpec


def test_each_kind_of_store_is_opened() -> None:
    assert isinstance(open_store(StoreSpec("memory", "m")), MemoryStore)
    assert isinstance(open_store(StoreSpec("filesystem", "/tmp")), FilesystemStore)
    assert isinstance(open_store(StoreSpec("wasabi", "b", region="eu-central-1")), S3Store)


def test_an_unknown_provider_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"Known providers:.*wasabi"):
        open_store(StoreSpec("s4", "b"))


def run(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_no_driver_is_imported_before_a_store_needs_it() -> None:
    script = """
import sys
from medialift.stores import open_store
from medialift.stores.spec import StoreSpec
open_store(StoreSpec("memory", "m"))
print([name for name in ("boto3", "botocore", "obstore", "httpx", "django") if name in sys.modules])
open_store(StoreSpec("wasabi", "b", region="eu-central-1"))
print([name for name in ("obstore", "httpx", "django") if name in sys.modules])
"""
    assert run(script).splitlines() == ["[]", "[]"]


HIDE = """
import sys
sys.modules[{hidden!r}] = None
from medialift.errors import MissingExtraError
from medialift.stores import open_store
from medialift.stores.spec import StoreSpec
try:
    store = open_store(StoreSpec("wasabi", "b", region="eu-central-1"))
    store.bulk_lane(connections=1)
except MissingExtraError as error:
    print(error.reason, "|", error.hint)
"""


@pytest.mark.parametrize("hidden", ["botocore", "obstore"])
def test_a_missing_driver_is_told_with_the_command_that_installs_it(hidden: str) -> None:
    said = run(HIDE.format(hidden=hidden))
    assert said.startswith(f"the module {hidden}")
    assert said.endswith('| pip install "django-medialift[s3]"')


def test_a_fault_of_our_own_is_not_called_a_missing_driver() -> None:
    ours = ModuleNotFoundError("No module named 'medialift.oops'", name="medialift.oops")
    with pytest.raises(ModuleNotFoundError, match="medialift"):
        missing_extra("s3", ours)
    assert isinstance(missing_extra("s3", ModuleNotFoundError(name="botocore")), MissingExtraError)
