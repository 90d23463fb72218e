"""What is known of the servers that run here, beyond what their providers' data say."""

from __future__ import annotations

from medialift.types import ETag, KeyRules

MOTO = {"atomic_create": True, "atomic_multipart_create": True, "etag": ETag.MD5}
MOTO_GAPS = {
    "test_an_awkward_key_is_kept_or_refused_as_the_rules_say[newline]": "moto finds no bucket in a path with a newline",
}

RCLONE = {"etag": ETag.MD5, "key_rules": KeyRules(max_segment_bytes=255, refuses_empty_segments=True)}
RCLONE_GAPS = {
    "test_a_key_below_another_is_kept_or_refused": "rclone keeps objects as files: none is a folder of another",
    "test_another_version_is_not_opened": "rclone ignores If-Match",
    "test_deleting_what_is_not_there_is_no_error": "rclone fails below a key that is a file",
    "test_the_etag_of_a_body_in_parts_can_be_computed_again": "rclone's objects have the MD5 of the whole body",
}
