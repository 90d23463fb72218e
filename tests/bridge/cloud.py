"""django-storages' own classes for Google and Azure, on emulators that run here."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.storage import Storage

from tests.servers.azurite import ACCOUNT, azurite
from tests.servers.gcs import gcs

MakeStorage = Callable[..., Storage]


@pytest.fixture(scope="module")
def google_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with gcs(tmp_path_factory.mktemp("gcs")) as (url, _):
        yield url


@pytest.fixture
def google(google_server: str, monkeypatch: pytest.MonkeyPatch) -> MakeStorage:
    from google.auth.credentials import AnonymousCredentials
    from storages.backends.gcloud import GoogleCloudStorage

    monkeypatch.setenv("STORAGE_EMULATOR_HOST", google_server)

    def make(**options: Any) -> Storage:
        credentials = AnonymousCredentials()  # type: ignore[no-untyped-call]
        bucket = f"test-{uuid.uuid4().hex}"
        storage = GoogleCloudStorage(bucket_name=bucket, project_id="test", credentials=credentials, **options)
        storage.client.create_bucket(bucket)
        made: Storage = storage
        return made

    return make


@pytest.fixture(scope="module")
def azure_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with azurite(tmp_path_factory.mktemp("azurite")) as (connection, _):
        yield connection


@pytest.fixture
def azure(azure_server: str) -> MakeStorage:
    from azure.storage.blob import BlobServiceClient
    from storages.backends.azure_storage import AzureStorage

    def make(**options: Any) -> Storage:
        container = f"test-{uuid.uuid4().hex}"
        BlobServiceClient.from_connection_string(azure_server).create_container(container)
        made: Storage = AzureStorage(
            azure_container=container, connection_string=azure_server, account_name=ACCOUNT, **options
        )
        return made

    return make
