from __future__ import annotations

import dataclasses
from pathlib import Path

from medialift.doctor.run import examine_store
from medialift.stores.filesystem import FilesystemStore
from tests.doctor.conftest import SITE, Bucket, examine, ids_of


def test_a_bucket_that_is_not_there_is_found(healthy: Bucket) -> None:
    gone = dataclasses.replace(healthy, name="test-no-such-bucket")
    assert ids_of(examine(gone.store())) == ["E013"]


def test_a_folder_that_is_not_there_is_found(tmp_path: Path) -> None:
    assert ids_of(list(examine_store(SITE, "cloud", FilesystemStore(str(tmp_path / "gone"))))) == ["E013"]
    assert ids_of(list(examine_store(SITE, "cloud", FilesystemStore(str(tmp_path))))) == []
    assert list(tmp_path.rglob("*.txt")) == []


def test_on_a_desk_the_first_upload_makes_the_folder(tmp_path: Path) -> None:
    desk = dataclasses.replace(SITE, debug=True)
    assert ids_of(list(examine_store(desk, "default", FilesystemStore(str(tmp_path / "gone"))))) == []
