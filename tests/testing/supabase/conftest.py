"""The stand-in as a plain HTTP client sees it. Sections in these tests are those of the measurements they keep to."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from medialift.testing.supabase import Project, SupabaseServer


@dataclass(frozen=True)
class Client:
    """Sends requests as one caller, to one bucket."""

    server: SupabaseServer
    bucket: str
    http: httpx.Client
    headers: Mapping[str, str]

    @property
    def project(self) -> Project:
        return self.server.project

    def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """*path* below the service's base; ``{b}`` stands for the bucket."""
        headers = {**self.headers, **request.pop("headers", {})}
        url = self.server.storage_url + path.replace("{b}", self.bucket)
        return self.http.request(method, url, headers=headers, **request)

    def put(self, key: str, body: bytes = b"miau", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", f"/object/{{b}}/{quote(key)}", content=body, headers=named)

    def as_caller(self, token: str | None) -> Client:
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        return Client(self.server, self.bucket, self.http, headers)

    def as_user(self, subject: str | None = None) -> Client:
        return self.as_caller(self.project.user_token(subject))


@pytest.fixture(scope="session")
def server() -> Iterator[SupabaseServer]:
    with SupabaseServer() as server:
        yield server


@pytest.fixture(scope="session")
def disk_server() -> Iterator[SupabaseServer]:
    with SupabaseServer(Project(hosted=False)) as server:
        yield server


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as http:
        yield http


@pytest.fixture
def service(server: SupabaseServer, http: httpx.Client) -> Iterator[Client]:
    """The service key, and a private bucket of its own. Policies do not outlive the test."""
    bucket = server.project.make_bucket(f"priv-{uuid.uuid4().hex[:10]}").id
    yield Client(server, bucket, http, {}).as_caller(server.project.service_key)
    server.project.policies.clear()


@pytest.fixture
def disk(disk_server: SupabaseServer, http: httpx.Client) -> Client:
    """The same where the storage behind the service is a disk."""
    bucket = disk_server.project.make_bucket(f"priv-{uuid.uuid4().hex[:10]}").id
    return Client(disk_server, bucket, http, {}).as_caller(disk_server.project.service_key)


def refusal(response: httpx.Response) -> tuple[Any, ...]:
    """HTTP's status, and what the body says: true status, ``error`` and ``code``."""
    body = response.json()
    return response.status_code, body["statusCode"], body["error"], body.get("code", "")
