"""Uploads that browsers send to the cloud itself, and the new name that brings them to their place.

The signature is for one public id and one hour. It says nothing of size, nor of image, video or file.
Source: https://cloudinary.com/documentation/authentication_signatures,
https://cloudinary.com/documentation/image_upload_api_reference#rename
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from medialift.errors import PreconditionError
from medialift.stores.cloudinary.client import Requests
from medialift.stores.cloudinary.deleting import destroy
from medialift.stores.cloudinary.kinds import Kind
from medialift.stores.cloudinary.reading import find
from medialift.stores.uploading import UploadRequest
from medialift.types import ObjectInfo

LASTS = timedelta(hours=1)
"""For so long after its time a signature is good."""


def upload_request(requests: Requests, key: str, *, expires: timedelta, now: datetime | None) -> UploadRequest:
    """The signed form. What is there is kept: what was looked at cannot be sent over."""
    if not timedelta(seconds=1) <= expires <= LASTS:
        raise ValueError(f"a signed upload can live for {LASTS}, not {expires}")
    # One that shall end sooner was made earlier.
    made = (now or datetime.now(timezone.utc)) + expires - LASTS
    params = {"public_id": requests.place.public_id(key), "type": requests.place.type, "overwrite": "0"}
    fields = requests.signed(params, now=made.timestamp())
    return UploadRequest("POST", requests.place.api(requests.place.kind(key).value, "upload"), fields)


def move_within(requests: Requests, source: str, target: str, *, if_match: str) -> Kind:
    """Rename, and look at what came of it: the service has no condition. Among which assets it lies stays."""
    found = find(requests, "get", source)
    if not _is_version(found.info, if_match):
        raise _other_version(requests, source)
    place = requests.place
    params = {
        "from_public_id": place.public_id(source),
        "to_public_id": place.public_id(target),
        "type": place.type,
        "overwrite": "0",
        "invalidate": "1",
    }
    requests.upload_api("get", source, found.kind, "rename", params)
    made = find(requests, "get", target)
    if (made.kind, made.info.size) != (found.kind, found.info.size) or made.info.etag != found.info.etag:
        destroy(requests, "put", target, found.kind)
        raise _other_version(requests, source)
    return made.kind


def _is_version(info: ObjectInfo, wanted: str) -> bool:
    return (info.etag or info.fingerprint) == wanted


def _other_version(requests: Requests, key: str) -> PreconditionError:
    return PreconditionError("the object is another version", **requests.where("get", key))
