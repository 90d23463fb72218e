"""Which of Django's tests MediaStorage does not pass, and why. Each must fail: one that passes has to leave the table.

Patterns are those of ``fnmatch`` on ``module.Class.test``; the classes of ``file_storage.tests``
inherit most tests from one another, hence ``*``. "Covered by" names the test of ours that asks the
same question without a disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch

import django

SERVERS = frozenset({"moto", "ceph"})
NO_DISK = SERVERS | {"memory"}
EVERYWHERE = NO_DISK | {"filesystem"}
LANES = tuple(sorted(EVERYWHERE))


@dataclass(frozen=True)
class Known:
    """Tests that fail, in which lanes, below which Django, and the reason."""

    reason: str
    tests: tuple[str, ...]
    lanes: frozenset[str] = EVERYWHERE
    below: tuple[int, int] = (99, 0)
    always: bool = True
    """Whether it fails every time, and not only by chance."""

    def holds(self, test: str, lane: str) -> bool:
        applies = lane in self.lanes and django.VERSION[:2] < self.below
        return applies and any(fnmatch(test, pattern) for pattern in self.tests)


KNOWN = (
    Known(
        "The test looks at the disk itself, with os.path, os.listdir, os.mkdir or storage.path(). "
        "The lane filesystem passes it.",
        (
            "file_storage.tests.*.test_file_get_modified_time",
            "file_storage.tests.*.test_file_methods_pathlib_path",
            "file_storage.tests.*.test_file_path",
            "file_storage.tests.*.test_file_save_broken_symlink",
            "file_storage.tests.*.test_file_save_without_name",
            "file_storage.tests.*.test_file_storage_preserves_filename_case",
            "file_storage.tests.*.test_listdir",
            "file_storage.tests.OverwritingStorageTests.test_save_overwrite_behavior_temp_file",
            "file_storage.tests.OverwritingStorageOSOpenFlagsTests.test_save_overwrite_behavior",
            "file_storage.tests.FileFieldStorageTests.test_file_object",
            "file_storage.tests.FileSaveRaceConditionTest.test_race_condition",
            "file_storage.tests.FileStoragePathParsing.*",
            "file_storage.tests.FileStoragePermissions.test_file_upload_default_permissions",
            "file_storage.tests.FileStoragePermissions.test_file_upload_directory_default_permissions",
            "file_uploads.tests.FileUploadTests.test_filename_case_preservation",
            "model_fields.test_imagefield.ImageFieldTests.test_delete_when_missing",
            "model_fields.test_imagefield.ImageFieldTests.test_instantiate_missing",
        ),
        NO_DISK,
    ),
    Known(
        "Before Django 5.1 this test looked at the disk itself; it no longer does, and passes.",
        ("file_storage.tests.OverwritingStorageTests.test_save_overwrite_behavior",),
        NO_DISK,
        below=(5, 1),
    ),
    Known(
        "It wants Django's own deprecation warnings to be errors, and is about no storage at all.",
        ("file_storage.tests.GetStorageClassTests.test_deprecation_warning",),
        below=(5, 1),
    ),
    Known(
        "Object stores have no folders: a name is a file or nothing.",
        (
            "file_storage.tests.*.test_delete_deletes_directories",
            "file_storage.tests.*.test_file_save_with_path",
            "file_storage.test_inmemory_storage.MemoryStorageIOTests.test_delete",
            "file_storage.test_inmemory_storage.MemoryStorageIOTests.test_exists",
            "file_storage.test_inmemory_storage.MemoryStorageIOTests.test_file_node_cannot_have_children",
            "file_storage.test_inmemory_storage.MemoryStorageIOTests.test_open_dir_as_file",
            "file_uploads.tests.DirectoryCreationTests.test_not_a_directory",
            "file_uploads.tests.DirectoryCreationTests.test_readonly_root",
        ),
    ),
    Known(
        "Object stores keep one time, that of the last write; the others are NotImplementedError.",
        (
            "file_storage.tests.*.test_file_get_accessed_time*",
            "file_storage.tests.*.test_file_get_created_time*",
            "file_storage.test_inmemory_storage.MemoryStorageTimesTests.test_directory_times_*",
            "file_storage.test_inmemory_storage.MemoryStorageTimesTests.test_file_accessed_time",
            "file_storage.test_inmemory_storage.MemoryStorageTimesTests.test_file_created_time",
        ),
    ),
    Known(
        "How FileSystemStorage and InMemoryStorage work inside: their settings, attributes, system calls and warnings.",
        (
            "file_storage.tests.*.test_empty_location",
            "file_storage.tests.*.test_makedirs_race_handling",
            "file_storage.tests.*.test_remove_race_handling",
            "file_storage.tests.*.test_setting_changed",
            "file_storage.tests.FileSystemStorageTests.test_deconstruction",
            "file_storage.tests.FileStoragePermissions.test_file_upload_directory_permissions",
            "file_storage.tests.FileStoragePermissions.test_file_upload_permissions",
            "file_storage.tests.OverwritingStorageOSOpenFlagsWarningTests.*",
            "file_storage.test_inmemory_storage.InMemoryStorageTests.*",
        ),
    ),
    Known(
        "base_url is an option, read once: unset it and MEDIA_URL serves. "
        "Covered by tests/storage/test_urls.py: an ending slash is added, and no address at all is a ValueError.",
        ("file_storage.tests.*.test_base_url",),
    ),
    Known(
        "It asks for the URL of a name with a NUL in it, which MediaStorage refuses as it refuses every name that "
        "no store can hold. Covered by tests/storage/test_urls.py: everything else that this test asks.",
        ("file_storage.tests.*.test_file_url",),
    ),
    Known(
        "A bucket has an address of its own, also without base_url and MEDIA_URL.",
        ("file_storage.test_inmemory_storage.MemoryStorageIOTests.test_url",),
        SERVERS,
    ),
    Known(
        "It writes twice within a second, and a server tells the time in whole seconds (HTTP dates).",
        ("file_storage.test_inmemory_storage.MemoryStorageTimesTests.test_file_modified_time",),
        SERVERS,
        always=False,
    ),
    Known(
        "Its content cannot be read, and a service that creates only small objects atomically asks for the size first.",
        ("file_storage.test_base.StorageValidateFileNameTests.test_validate_after_internal_save",),
        frozenset({"ceph"}),
    ),
    Known(
        "A temporary file is sent, not moved: it stays until the request ends.",
        (
            "file_storage.test_inmemory_storage.MemoryStorageIOTests.test_removing_temporary_file_after_save",
            "model_fields.test_filefield.FileFieldTests.test_move_temporary_file",
        ),
    ),
)


def known(test: str, lane: str) -> bool:
    """Whether the test may fail."""
    return any(entry.holds(test, lane) for entry in KNOWN)


def certain(test: str, lane: str) -> bool:
    """Whether the test must fail."""
    return any(entry.holds(test, lane) and entry.always for entry in KNOWN)
