"""Earlier versions of objects, listed and copied back within the service.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/RestoringPreviousVersions.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from medialift.errors import DigestMismatchError
from medialift.stores.bucket_configuration import Setting
from medialift.stores.s3 import configuration, copying
from medialift.stores.s3.requests import Requests
from medialift.stores.versions import Version

_OF_COPIES = ("ACL", "BucketKeyEnabled", "SSEKMSKeyId", "ServerSideEncryption", "StorageClass", "Tagging")
"""Those of the site's object parameters that a copy does not take over from what it copies."""

_HEADERS = (
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "Metadata",
)
"""What a copy in parts has to be told again."""


def keeps_versions(requests: Requests) -> bool:
    """Whether versioning is enabled; while it is suspended, a write replaces for good."""
    return (configuration.read(requests, Setting.VERSIONING) or {}).get("Status") == "Enabled"


def versions(requests: Requests, prefix: str, key: str) -> Iterator[Version]:
    """All versions, in pages of a thousand."""
    full_prefix = requests.place.full_key(key) if key else requests.place.folder(prefix)
    for page in _pages(requests, full_prefix):
        entries = [(entry, False) for entry in page.get("Versions", ())]
        entries += [(entry, True) for entry in page.get("DeleteMarkers", ())]
        # The driver gives both kinds apart. Times are whole seconds: what is current comes first all the same.
        entries.sort(key=lambda found: (found[0]["IsLatest"], found[0]["LastModified"]), reverse=True)
        entries.sort(key=lambda found: found[0]["Key"].encode())
        for entry, deleted in entries:
            if not key or entry["Key"] == full_prefix:
                yield _version(requests, entry, deleted)


def _pages(requests: Requests, prefix: str) -> Iterator[dict[str, Any]]:
    wanted = {"Prefix": prefix} if prefix else {}
    while True:
        page = requests.send("versions", "", "list_object_versions", **wanted)
        yield page
        if not page.get("IsTruncated"):
            return
        wanted |= {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page.get("NextVersionIdMarker", "")}


def _version(requests: Requests, entry: Mapping[str, Any], deleted: bool) -> Version:
    return Version(
        key=requests.place.key(entry["Key"]),
        id=entry["VersionId"],
        modified=entry["LastModified"],
        size=int(entry.get("Size") or 0),
        latest=bool(entry["IsLatest"]),
        deleted=deleted,
    )


def bring_back(requests: Requests, version: Version, defaults: Mapping[str, Any]) -> str:
    """Copy *version* over its own key: the copy becomes current, and what was current an earlier version."""
    told = {name: defaults[name] for name in _OF_COPIES if name in defaults}
    source = {"Bucket": requests.place.bucket, "Key": requests.place.full_key(version.key), "VersionId": version.id}
    if version.size > copying.COPY_LIMIT:
        _copy_in_parts(requests, version, source, told)
    else:
        requests.find("bring_back", version.key, "copy_object", CopySource=source, **told)
    made = requests.send_object("bring_back", version.key, "head_object")
    if made["ContentLength"] != version.size:
        reason = f"the copy has {made['ContentLength']} bytes instead of {version.size}"
        raise DigestMismatchError(reason, **requests.where("bring_back", version.key))
    return str(made.get("VersionId", ""))


def _copy_in_parts(requests: Requests, version: Version, source: Mapping[str, str], told: Mapping[str, Any]) -> None:
    found = requests.find("bring_back", version.key, "head_object", VersionId=version.id)
    headers = {name: found[name] for name in _HEADERS if found.get(name)}
    send = partial(requests.send_object, "bring_back", version.key)
    copying.copy_in_parts(send, version.size, source={"CopySource": source}, create={**headers, **told})
