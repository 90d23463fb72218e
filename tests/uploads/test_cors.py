"""The CORS rules that `medialift policy` makes let a page of the site send in every way, and no other page."""

from __future__ import annotations

import uuid
from datetime import timedelta

import httpx

from medialift.generate.bucket import cors
from medialift.providers import load_provider
from medialift.stores.bucket_configuration import Setting
from medialift.stores.s3 import S3Store
from medialift.stores.uploading import UploadRequest
from tests.servers.s3server import S3Server

HOUR = timedelta(hours=1)
SITE, STRANGER = "https://www.example.org", "https://www.example.net"


def requests_of(server: S3Server, bucket: str) -> list[UploadRequest]:
    """One of each kind."""
    whole = {"size": 7, "content_type": "image/jpeg", "expires": HOUR}
    made: list[UploadRequest] = []
    for provider in ("ceph", "s3-compatible"):
        store = S3Store(server.spec(bucket, "media", provider=provider), load_provider(provider))
        made.append(store.upload_request(uuid.uuid4().hex, **whole))  # type: ignore[arg-type]
        parts = store.begin_parts("film", size=10**8, content_type="video/mp4")
        made += store.part_requests("film", parts, [1], expires=HOUR)
        store.close()
    return made


def preflight(request: UploadRequest, origin: str) -> httpx.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": request.method}
    return httpx.options(request.url, headers={**asked, "Access-Control-Request-Headers": "content-type"})


def test_pages_of_the_site_may_send_and_others_may_not(ceph: S3Server) -> None:
    bucket = ceph.make_bucket()
    store = S3Store(ceph.spec(bucket), load_provider("ceph"))
    store.configure(Setting.CORS, {"CORSRules": [cors((SITE,))]})
    for upload in requests_of(ceph, bucket):
        answer = preflight(upload, SITE)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == SITE
        assert upload.method in answer.headers["access-control-allow-methods"]
        assert "content-type" in answer.headers["access-control-allow-headers"].lower()
        refused = preflight(upload, STRANGER)
        assert STRANGER not in refused.headers.get("access-control-allow-origin", "")
        assert refused.status_code == 403
    store.close()
