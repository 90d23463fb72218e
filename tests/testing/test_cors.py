"""Pages of other origins may speak to the stand-ins, as they may to the services."""

from __future__ import annotations

import httpx

from medialift.testing.cloudinary import CloudinaryServer
from medialift.testing.supabase import SupabaseServer

PAGE = {"Origin": "https://www.example.org", "Access-Control-Request-Method": "PUT"}


def allowed(url: str, headers: str) -> httpx.Response:
    answer = httpx.options(url, headers={**PAGE, "Access-Control-Request-Headers": headers})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, "*")
    return answer


def test_a_page_may_send_to_a_project_and_read_how_far_it_got() -> None:
    with SupabaseServer() as server:
        answer = allowed(f"{server.storage_url}/object/upload/sign/a/b?token=x", "content-type")
        assert answer.headers["access-control-allow-headers"] == "content-type"
        answer = allowed(f"{server.storage_url}/upload/resumable/sign/x", "x-signature,upload-offset,tus-resumable")
        taken = {name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")}
        assert taken >= {"x-signature", "upload-offset", "tus-resumable", "content-type"}
        told = httpx.head(f"{server.storage_url}/upload/resumable/sign/x", headers=PAGE).headers
        assert "Upload-Offset" in told["access-control-expose-headers"]
        assert httpx.get(f"{server.storage_url}/object/a/b", headers=PAGE).headers["access-control-allow-origin"] == "*"


def test_a_page_may_send_chunks_to_a_cloud() -> None:
    with CloudinaryServer() as server:
        answer = allowed(f"{server.url}/v1_1/demo/image/upload", "content-range,x-unique-upload-id")
        taken = answer.headers["access-control-allow-headers"].lower()
        assert "content-range" in taken
        assert "x-unique-upload-id" in taken
        assert httpx.post(f"{server.url}/v1_1/demo/image/upload").headers["access-control-allow-origin"] == "*"
