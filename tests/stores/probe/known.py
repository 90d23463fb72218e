"""What is known of the servers that run here, measured without any probe: every probe is held to it.

The facts are those that stand beside the servers (``tests/servers``) and in CONTRIBUTING.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from medialift.stores.probe import Subject, Verdict

YES, NO, IGNORED = Verdict.YES, Verdict.NO, Verdict.IGNORED

EVERYWHERE = {
    Subject.ETAG: YES,
    Subject.HEADERS: YES,
    Subject.CHECKSUM_SHA256: IGNORED,
    Subject.UNEQUAL_PARTS: YES,
    Subject.MISSING: YES,
    Subject.KEYS: YES,
    Subject.LONG_KEYS: YES,
    Subject.ORDER: YES,
    Subject.SIGNED_URL: YES,
    Subject.PUBLIC: NO,
    Subject.DELETE_MANY: YES,
}
MOTO = {
    **EVERYWHERE,
    Subject.CREATE: YES,
    Subject.CREATE_PARTS: YES,
    Subject.CONTENT_MD5: IGNORED,
    Subject.PAYLOAD_SHA256: IGNORED,
    Subject.ETAG_PARTS: YES,
}
RCLONE = {
    **EVERYWHERE,
    Subject.CREATE: IGNORED,
    Subject.CREATE_PARTS: IGNORED,
    Subject.CONTENT_MD5: YES,
    Subject.PAYLOAD_SHA256: IGNORED,
    Subject.ETAG_PARTS: NO,
}
CEPH = {
    **EVERYWHERE,
    Subject.CREATE: YES,
    Subject.CREATE_PARTS: IGNORED,
    Subject.CONTENT_MD5: YES,
    Subject.PAYLOAD_SHA256: YES,
    Subject.ETAG_PARTS: YES,
}
KNOWN: Mapping[str, Mapping[Subject, Verdict]] = {"moto": MOTO, "rclone": RCLONE, "ceph": CEPH}
