"""Uploads in parts that browsers send to the bucket, and that the site begins, looks into and ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from medialift.errors import NotFoundError, StoreError
from medialift.providers import Provider
from medialift.stores.s3.client import ClientSource
from medialift.stores.s3.errors import code_of, status_of
from medialift.stores.s3.multipart import part_size_for
from medialift.stores.s3.requests import Requests
from medialift.stores.s3.uploads import lasting
from medialift.stores.sigv4_uploads import put_url
from medialift.stores.uploading import ArrivedPart, Parts, Unfinished, UploadRequest
from medialift.types import Traits


def can_send_parts(provider: Provider) -> bool:
    """Parts are always a ``PUT``: no form holds one."""
    return "PUT" in provider.presigning.methods


def begin(requests: Requests, key: str, *, size: int, content_type: str, traits: Traits) -> Parts:
    """One request. Raises ``TooLargeError``."""
    limits = requests.place.provider.multipart
    part_size = part_size_for(size, traits.part_size, limits, **requests.where("put", key))
    answer = requests.send_object("put", key, "create_multipart_upload", ContentType=content_type)
    return Parts(str(answer["UploadId"]), size, part_size)


def part_requests(
    source: ClientSource, key: str, parts: Parts, numbers: Iterable[int], *, expires: timedelta, now: datetime | None
) -> list[UploadRequest]:
    """The signed requests for parts of the full *key*. Raises ``ValueError``."""
    signer, now = source.signing_key(), now or datetime.now(timezone.utc)
    expires = lasting(source.place.provider.presigning, signer, expires, now)
    origin, path = source.place.target(source.endpoint_url(), key)

    def signed(number: int) -> UploadRequest:
        if not 1 <= number <= parts.count:
            raise ValueError(f"the file has the parts 1 to {parts.count}, and no part {number}")
        # Browsers send the length of what they send, and no script can send another.
        sent = {"content-length": str(parts.size_of(number))}
        query = (("partNumber", str(number)), ("uploadId", parts.id))
        url = put_url(signer, origin=origin, path=path, headers=sent, expires=expires, now=now, query=query)
        return UploadRequest("PUT", url)

    return [signed(number) for number in numbers]


def arrived(requests: Requests, key: str, upload: str) -> list[ArrivedPart]:
    """One request for each thousand parts."""
    found: list[ArrivedPart] = []
    last = 0
    while True:
        page = _about(requests, key, upload, "list_parts", **({"PartNumberMarker": last} if last else {}))
        # rclone begins a page with the part that the one before ended with.
        entries = [entry for entry in page.get("Parts", ()) if entry["PartNumber"] > last]
        found += [ArrivedPart(entry["PartNumber"], int(entry["Size"]), entry["ETag"]) for entry in entries]
        if not page.get("IsTruncated") or not entries:
            return found
        last = found[-1].number


def finish(requests: Requests, key: str, upload: str, parts: Sequence[ArrivedPart]) -> None:
    listed = [{"PartNumber": part.number, "ETag": part.etag} for part in parts]
    _about(requests, key, upload, "complete_multipart_upload", MultipartUpload={"Parts": listed})


def abort(requests: Requests, key: str, upload: str) -> None:
    try:
        _about(requests, key, upload, "abort_multipart_upload")
    except NotFoundError:
        return


def unfinished(requests: Requests, folder: str) -> Iterator[Unfinished]:
    """Those below *folder* (a prefix of the bucket), in pages of a thousand."""
    wanted = {"Prefix": folder} if folder else {}
    while True:
        page = _page_of_uploads(requests, wanted)
        for entry in page.get("Uploads", ()):
            yield Unfinished(requests.place.key(entry["Key"]), entry["UploadId"], entry["Initiated"])
        if not page.get("IsTruncated"):
            return
        wanted |= {"KeyMarker": page["NextKeyMarker"], "UploadIdMarker": page["NextUploadIdMarker"]}


def _page_of_uploads(requests: Requests, wanted: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        return requests.send("list", "", "list_multipart_uploads", **wanted)
    except StoreError as error:
        if code_of(error) == "NoSuchUpload":
            return {}  # rclone's word for a bucket without any
        raise


def _about(requests: Requests, key: str, upload: str, method: str, **given: Any) -> dict[str, Any]:
    """What the service says of one upload. Raises ``NotFoundError`` if it does not know it, or not any more."""
    try:
        return requests.send_object("get", key, method, UploadId=upload, **given)
    except StoreError as error:
        if code_of(error) == "NoSuchUpload" or (status_of(error) == 404 and not code_of(error)):
            where = requests.where("get", key)
            raise NotFoundError("the upload is no more: it was ended, or aborted", **where) from error.__cause__
        raise
