"""Copies within the service of what is too large for one request.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/CopyingObjectsMPUapi.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from medialift.errors import StoreError

COPY_LIMIT = 5 * 1024**3
"""Bytes: CopyObject takes no more (Amazon S3 API reference, "CopyObject"); the rest is copied in parts."""

PART_SIZE = 512 * 1024**2
"""Bytes of one part of such a copy: ten thousand of them hold the largest object that a site has."""

Send = Callable[..., Mapping[str, Any]]
"""Sends one request about the object that is made."""


def copy_in_parts(send: Send, size: int, *, source: Mapping[str, Any], create: Mapping[str, Any]) -> None:
    """Make an object of *size* bytes of *source*, the ``CopySource…`` parameters; *create* are those of the new one."""
    upload = send("create_multipart_upload", **create)["UploadId"]
    try:
        parts = [
            {"PartNumber": number, "ETag": _copied(send, number, upload, source, span)}
            for number, span in enumerate(_spans(size), start=1)
        ]
        send("complete_multipart_upload", UploadId=upload, MultipartUpload={"Parts": parts})
    except BaseException:
        with suppress(StoreError):  # what stays is thrown away by the bucket's lifecycle
            send("abort_multipart_upload", UploadId=upload)
        raise


def _copied(send: Send, number: int, upload: str, source: Mapping[str, Any], span: str) -> str:
    answer = send("upload_part_copy", UploadId=upload, PartNumber=number, CopySourceRange=span, **source)
    return str(answer["CopyPartResult"]["ETag"])


def _spans(size: int) -> Iterator[str]:
    for start in range(0, size, PART_SIZE):
        yield f"bytes={start}-{min(start + PART_SIZE, size) - 1}"
