"""A site whose fields lie on each kind of store in turn, and a browser that uploads to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, override_settings

from medialift.storage import MediaStorage
from medialift.stores.uploading import UploadRequest
from medialift.uploads import steps
from tests.desk.models import Submission
from tests.servers.s3server import S3Server
from tests.stores.s3.test_uploads import sent

FIELDS = ("paper", "photo", "plain")
WITH_USERS = override_settings(
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "medialift",
        "tests.desk",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
)


@pytest.fixture(autouse=True)
def _with_users(db: None) -> Iterator[None]:
    with WITH_USERS:
        yield


@pytest.fixture(autouse=True)
def _nobody_else_saves(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for the row of another request."""
    monkeypatch.setattr(steps, "WAITS", (0.0,))


def on_server(server: S3Server, provider: str) -> dict[str, Any]:
    return {
        "provider": provider,
        "bucket": server.make_bucket(),
        "location": "media",
        "endpoint_url": server.endpoint_url,
        "region": server.region,
        "access_key_id": server.access_key_id,
        "secret_access_key": server.secret_access_key,
        "addressing_style": "path",
    }


@pytest.fixture(params=["memory", "filesystem", "moto PUT", "ceph PUT", "ceph POST"])
def storage(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The storage of all fields of the desk, on each kind of store."""
    kind, _, method = request.param.partition(" ")
    options: dict[str, Any] = {"provider": kind}
    if kind == "filesystem":
        options["bucket"] = str(tmp_path)
    elif method:
        server: S3Server = request.getfixturevalue(kind)
        options = on_server(server, "ceph" if method == "POST" else "s3-compatible")
    made = using(MediaStorage(**options), monkeypatch)
    yield made
    made.store.close()


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Any:
    return using(MediaStorage(provider="memory"), monkeypatch)


def using(storage: Any, patch: pytest.MonkeyPatch) -> Any:
    """Have all fields keep their files in *storage*."""
    for name in FIELDS:
        patch.setattr(Submission._meta.get_field(name), "storage", storage)
    return storage


@pytest.fixture
def ann() -> Client:
    return signed_in("ann")


def signed_in(name: str, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(User.objects.get_or_create(username=name)[0])
    return client


def announced(client: Client, name: str, size: int, place: str = "plain", **more: Any) -> Any:
    return client.post(f"/{place}/", {"name": name, "size": size, **more}, content_type="application/json")


def carried(client: Client, answer: dict[str, Any], data: bytes) -> int:
    """What the browser does with the answer: send the file where it says."""
    told = answer["upload"]
    if told["url"].startswith("/"):
        headers = {name: value for name, value in told["headers"].items() if name != "Content-Type"}
        content_type = told["headers"]["Content-Type"]
        return client.put(told["url"], data, content_type=content_type, headers=headers).status_code
    return sent(UploadRequest(told["method"], told["url"], told["fields"], told["headers"]), data)


def looked_at(client: Client, ticket: str, place: str = "plain") -> Any:
    return client.post(f"/{place}/", {"ticket": ticket}, content_type="application/json")


def uploaded(client: Client, name: str, data: bytes, place: str = "plain") -> Any:
    """The answer to the last step of a whole upload."""
    answer = announced(client, name, len(data), place).json()
    assert carried(client, answer, data) in (200, 204)
    return looked_at(client, answer["ticket"], place)


def keys(storage: Any) -> list[str]:
    return [info.key for info in storage.store.list()]


def problem(response: Any) -> str:
    assert response.status_code >= 400
    told = response.json()["error"]
    assert all(told["messages"])
    return str(told["code"])


def hand_in(client: Client, receipt: str) -> Any:
    return client.post("/hand-in/", {"receipt": receipt})


def asked(client: Client, ticket: str, place: str = "plain", **question: Any) -> Any:
    """The answer to a further question about an upload."""
    return client.post(f"/{place}/", {"ticket": ticket, **question}, content_type="application/json")


def any_file(patch: pytest.MonkeyPatch) -> None:
    """Have the plain field take whatever its site expects, of any size."""
    field: Any = Submission._meta.get_field("plain")
    patch.setitem(field.__dict__, "validators", [])
