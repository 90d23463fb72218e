"""One request as it passes the proxy, read as S3 (path style)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qs, unquote, urlsplit

SCOPE = re.compile(r"(?:Credential=|^)[^/,]+/\d{8}/(?P<region>[^/,]+)/")
"""The credential scope of AWS Signature Version 4: access key, day, region, service."""

OBJECT = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
OBJECT_WITH = {
    ("PUT", "partNumber"): "UploadPart",
    ("POST", "uploads"): "CreateMultipartUpload",
    ("POST", "uploadId"): "CompleteMultipartUpload",
    ("DELETE", "uploadId"): "AbortMultipartUpload",
    ("GET", "uploadId"): "ListParts",
    ("GET", "attributes"): "GetObjectAttributes",
}
BUCKET = {"GET": "ListObjects", "HEAD": "HeadBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}
BUCKET_WITH = {
    ("GET", "list-type"): "ListObjectsV2",
    ("GET", "uploads"): "ListMultipartUploads",
    ("GET", "versions"): "ListObjectVersions",
    ("GET", "location"): "GetBucketLocation",
    ("POST", "delete"): "DeleteObjects",
}


@dataclass(frozen=True)
class Request:
    """``target`` is the path and query exactly as sent; ``headers`` has lower-case names."""

    method: str
    target: str
    headers: Mapping[str, str]

    @cached_property
    def query(self) -> Mapping[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query, True).items()}

    @property
    def bucket(self) -> str:
        return self._parts[0]

    @property
    def key(self) -> str:
        return self._parts[1]

    @cached_property
    def _parts(self) -> tuple[str, str]:
        path = self.target.partition("?")[0].removeprefix("/")
        bucket, _, key = path.partition("/")
        return unquote(bucket), unquote(key)

    @cached_property
    def operation(self) -> str:
        """The name of the operation in Amazon's API reference; ``"GET ?cors"`` and the like for unlisted ones."""
        if not self.bucket:
            return "ListBuckets"
        plain, special = (OBJECT, OBJECT_WITH) if self.key else (BUCKET, BUCKET_WITH)
        for name in self.query:
            if (self.method, name) in special:
                return special[self.method, name]
        if self.key and self.method == "PUT" and "x-amz-copy-source" in self.headers:
            return "CopyObject"
        bare = [name for name, value in self.query.items() if not value]
        return f"{self.method} ?{bare[0]}" if bare else plain.get(self.method, self.method)

    @cached_property
    def signed_for(self) -> str | None:
        """The region that the request's signature names, in its header or its query; ``None`` if unsigned."""
        credential = self.query.get("X-Amz-Credential") or self.headers.get("authorization", "")
        scope = SCOPE.search(credential)
        return scope["region"] if scope else None
