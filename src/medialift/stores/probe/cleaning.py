"""Leaving a store as it was, after a probe that ended in whatever way."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from medialift.errors import StoreError
from medialift.stores.probe.bench import Bench
from medialift.stores.probe.values import Finding, Subject, Verdict

ABANDONED = timedelta(hours=1)
"""Objects of other probes that are older were left by one that was killed."""

log = logging.getLogger("medialift.stores.probe")


def cleaning(bench: Bench) -> Iterator[Finding]:
    """Delete everything that was written, in one request, and say how that went."""
    reply = bench.ask("delete_objects", Delete={"Objects": _objects(bench), "Quiet": True})
    errors = reply.told.get("Errors", ())
    told = f"one request for {len(bench.written)} keys: {reply}"
    if reply.ok and not errors:
        bench.written.clear()
        yield Finding(Subject.DELETE_MANY, Verdict.YES, told)
    elif reply.ok:
        yield Finding(Subject.DELETE_MANY, Verdict.UNKNOWN, f"{told}, {errors[0].get('Code', 'errors')} for some")
    else:
        yield Finding(Subject.DELETE_MANY, Verdict.UNKNOWN if reply.status == 403 else Verdict.NO, told)


def clean(bench: Bench) -> tuple[str, ...]:
    """Remove whatever is still there, one by one; full keys that could not be removed."""
    bench.never_stop()
    for upload, full_key in list(bench.uploads.items()):
        _quietly(bench, "abort_multipart_upload", Key=full_key, UploadId=upload)
    for full_key, version in list(bench.written):
        _quietly(bench, "delete_object", Key=full_key, **({"VersionId": version} if version else {}))
    left = _listed(bench)
    if left:
        for full_key in left:
            _quietly(bench, "delete_object", Key=full_key)
        left = _listed(bench)
    return tuple(key for key in left if key.startswith(bench.folder))


def _objects(bench: Bench) -> list[Any]:
    """What to delete: of a bucket with versions the versions themselves, which a plain deletion would only hide."""
    with_versions = {key for key, version in bench.written if version}
    plain = [{"Key": key} for key, version in bench.written if not version and key not in with_versions]
    return plain + [{"Key": key, "VersionId": version} for key, version in bench.written if version]


def _listed(bench: Bench) -> Sequence[str]:
    """Full keys below the probes' folder that are ours, or that nobody is going to remove any more."""
    try:
        page = bench.ask("list_objects_v2", Prefix=bench.home)
    except StoreError as error:
        log.warning("what a probe left could not be listed: %s", error.reason, extra=error.as_dict())
        return ()
    abandoned = datetime.now(timezone.utc) - ABANDONED
    entries = page.told.get("Contents", ())
    return [
        entry["Key"] for entry in entries if entry["Key"].startswith(bench.folder) or entry["LastModified"] < abandoned
    ]


def _quietly(bench: Bench, method: str, **parameters: Any) -> None:
    try:
        bench.ask(method, **parameters)
    except StoreError as error:
        log.warning("a probe's object could not be removed: %s", error.reason, extra=error.as_dict())
