from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from cloudinary import utils

from medialift.testing.cloudinary import Account, CloudinaryServer

JPEG = b"\xff\xd8\xff\xe0" + b"as far as a stand-in looks"
PNG = b"\x89PNG\r\n\x1a\n" + b"as far as a stand-in looks"
MP4 = b"\0\0\0\x20ftypisom" + b"as far as a stand-in looks"

Serve = Callable[..., CloudinaryServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a stand-in with an account as wished."""
    started: list[CloudinaryServer] = []

    def start(**wishes: Any) -> CloudinaryServer:
        started.append(CloudinaryServer(Account(**wishes)).__enter__())
        return started[-1]

    yield start
    for server in started:
        server.__exit__(None, None, None)


@pytest.fixture
def server(serve: Serve) -> CloudinaryServer:
    return serve()


def known(server: CloudinaryServer, **more: Any) -> dict[str, Any]:
    """What Cloudinary's own package has to be told with each call."""
    account = server.account
    return {
        "cloud_name": account.cloud,
        "api_key": account.key,
        "api_secret": account.secret,
        "upload_prefix": server.url,
        **more,
    }


def post(server: CloudinaryServer, path: str, file: bytes | None = None, **params: str) -> httpx.Response:
    """A request as it is signed by Cloudinary's own package, and answered as it is."""
    headers = {name: params.pop(name) for name in list(params) if name[0].isupper()}
    signed = utils.sign_request({"timestamp": utils.now(), **params}, known(server))
    return send(server, path, signed, file, headers)


def send(
    server: CloudinaryServer, path: str, form: dict[str, str], file: bytes | None = None, headers: Any = None
) -> httpx.Response:
    url = f"{server.url}/v1_1/{server.account.cloud}/{path}"
    files = {} if file is None else {"files": {"file": ("file", file)}}
    return httpx.post(url, data=form, headers=headers, timeout=20, **files)  # type: ignore[arg-type]


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["message"]


def admin(server: CloudinaryServer, path: str, method: str = "GET", **params: Any) -> httpx.Response:
    account = server.account
    url = f"{server.url}/v1_1/{account.cloud}/{path}"
    return httpx.request(method, url, params=params, auth=(account.key, account.secret))
